package fix

import (
	"embed"
	"maps"
	"slices"
)

// pieceFiles hold the code of the shared pieces, each with all that it needs. It
// may refer to other pieces by shared.NAME.ATTRIBUTE.
//
//go:embed pieces/*.tf
var pieceFiles embed.FS

// catalogue holds the shared pieces by the name that repairs use.
var catalogue = map[string]piece{
	account:             {about: "Id of the AWS account."},
	"kms_key":           dataKey,
	"kms_key_logs":      logsKey,
	"kms_key_messaging": messagingKey,
	"log_bucket":        logBucket,
	"elb_log_bucket":    elbLogBucket,
	"replica_bucket":    replicaBucket,
	"replication_role":  replicationRole,
	"events_topic":      eventsTopic,
	"alarm_topic":       alarmTopic,
	"backup_plan":       backupPlan,

	"rds_monitoring_role": monitoringRole,
	"flow_log_group":      flowLogGroup,
	"flow_log_role":       flowLogRole,
	"trail_log_group":     trailLogGroup,
	"trail_log_role":      trailLogRole,
	"search_log_group":    searchLogGroup,
	"search_log_policy":   searchLogPolicy,
	"instance_profile":    instanceProfile,
	"api_gateway_account": apiGatewayAccount,
	"web_acl":             webACL,

	"admin_cidr_blocks":    adminRanges,
	"admin_cidr_block":     adminRange,
	"internal_cidr_blocks": internalRanges,
	"internal_cidr_block":  internalRange,
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
