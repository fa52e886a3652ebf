package hipaa_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"safeguard/internal/hipaa"
)

// The values that the pack's template passes, and AWS's defaults where it passes none.
func TestParamsInEffect(t *testing.T) {
	t.Parallel()
	want := map[string]map[string]hipaa.Value{
		"ACCESS_KEYS_ROTATED":              {"maxAccessKeyAge": "90"},
		"ACM_CERTIFICATE_EXPIRATION_CHECK": {"daysToExpiration": "14"},
		"API_GW_EXECUTION_LOGGING_ENABLED": {"loggingLevel": "ERROR,INFO"},
		"BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK": {
			"requiredFrequencyValue": "1", "requiredFrequencyUnit": "days", "requiredRetentionDays": "35",
		},
		"CLOUDWATCH_ALARM_ACTION_CHECK": {
			"alarmActionRequired": "true", "insufficientDataActionRequired": "true", "okActionRequired": "false",
		},
		"DYNAMODB_THROUGHPUT_LIMIT_CHECK": {
			"accountRCUThresholdPercentage": "80", "accountWCUThresholdPercentage": "80",
		},
		"EC2_STOPPED_INSTANCE":                             {"AllowedDays": "30"},
		"ELASTICACHE_REDIS_CLUSTER_AUTOMATIC_BACKUP_CHECK": {"snapshotRetentionPeriod": "15"},
		"ELB_PREDEFINED_SECURITY_POLICY_SSL_CHECK":         {"predefinedPolicyName": "ELBSecurityPolicy-TLS-1-2-2017-01"},
		"IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS":          {"blockedActionsPatterns": "kms:*, kms:Decrypt, kms:ReEncrypt*"},
		"IAM_INLINE_POLICY_BLOCKED_KMS_ACTIONS":            {"blockedActionsPatterns": "kms:*, kms:Decrypt, kms:ReEncrypt*"},
		"IAM_PASSWORD_POLICY": {
			"RequireUppercaseCharacters": "true", "RequireLowercaseCharacters": "true", "RequireSymbols": "true",
			"RequireNumbers": "true", "MinimumPasswordLength": "14", "PasswordReusePrevention": "24", "MaxPasswordAge": "90",
		},
		"IAM_USER_UNUSED_CREDENTIALS_CHECK":    {"maxCredentialUsageAge": "90"},
		"REDSHIFT_CLUSTER_CONFIGURATION_CHECK": {"clusterDbEncrypted": "true", "loggingEnabled": "true"},
		"REDSHIFT_CLUSTER_MAINTENANCESETTINGS_CHECK": {
			"allowVersionUpgrade": "true", "automatedSnapshotRetentionPeriod": "1",
		},
		"RESTRICTED_INCOMING_TRAFFIC": {
			"blockedPort1": "20", "blockedPort2": "21", "blockedPort3": "3389", "blockedPort4": "3306", "blockedPort5": "4333",
		},
		"S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC": {
			"IgnorePublicAcls": "true", "BlockPublicPolicy": "true", "BlockPublicAcls": "true", "RestrictPublicBuckets": "true",
		},
	}
	got := map[string]map[string]hipaa.Value{}
	passed := 0
	for _, r := range hipaa.Rules() {
		for _, p := range r.Parameters {
			if v := p.Value(); v.IsSet() {
				if got[r.Identifier] == nil {
					got[r.Identifier] = map[string]hipaa.Value{}
				}
				got[r.Identifier][p.Name] = v
			}
			if p.Pack.IsSet() {
				passed++
			}
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if passed != 27 {
		t.Errorf("the pack passes %d parameters, want 27", passed)
	}
}

func TestParam(t *testing.T) {
	t.Parallel()
	keys := lookup(t, "ACCESS_KEYS_ROTATED")
	if days, ok := keys.Param("maxAccessKeyAge").Int(); days != 90 || !ok {
		t.Errorf("maxAccessKeyAge = %d, %v, want 90", days, ok)
	}
	if days, ok := keys.Param("MAXACCESSKEYAGE").Int(); days != 90 || !ok {
		t.Errorf("a name in other letters gives %d, %v, want 90", days, ok)
	}
	if v := keys.Param("maxKeyAge"); v.IsSet() || v.String() != "" {
		t.Errorf("a name that does not exist gives %q, want an unset value", v)
	}
	kms := lookup(t, "IAM_INLINE_POLICY_BLOCKED_KMS_ACTIONS")
	if diff := cmp.Diff([]string{"kms:*", "kms:Decrypt", "kms:ReEncrypt*"}, kms.Param("blockedActionsPatterns").List()); diff != "" {
		t.Errorf("blockedActionsPatterns (-want +got):\n%s", diff)
	}
	if v := kms.Param("excludeRoleByManagementAccount"); v.IsSet() {
		t.Errorf("excludeRoleByManagementAccount = %q, want unset", v)
	}
	ok, set := lookup(t, "CLOUDWATCH_ALARM_ACTION_CHECK").Param("okActionRequired").Bool()
	if ok || !set {
		t.Errorf("okActionRequired = %v, %v, want false", ok, set)
	}
}

func TestValue(t *testing.T) {
	t.Parallel()
	type views struct {
		Set, Bool, IsBool bool
		Int               int
		IsInt             bool
		List              []string
	}
	for v, want := range map[hipaa.Value]views{
		"":         {},
		"TRUE":     {Set: true, Bool: true, IsBool: true, List: []string{"TRUE"}},
		"False":    {Set: true, IsBool: true, List: []string{"False"}},
		"-3":       {Set: true, Int: -3, IsInt: true, List: []string{"-3"}},
		"1.5":      {Set: true, List: []string{"1.5"}},
		" a,, b ,": {Set: true, List: []string{"a", "b"}},
		" , ":      {Set: true},
	} {
		var got views
		got.Set = v.IsSet()
		got.Bool, got.IsBool = v.Bool()
		got.Int, got.IsInt = v.Int()
		got.List = v.List()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", v, diff)
		}
	}
}

func TestParameterCheck(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		rule, parameter string
		value           hipaa.Value
		want            string
	}{
		{"ACCESS_KEYS_ROTATED", "maxAccessKeyAge", "60", ""},
		{"ACCESS_KEYS_ROTATED", "maxAccessKeyAge", "", "parameter maxAccessKeyAge needs a value"},
		{"ACCESS_KEYS_ROTATED", "maxAccessKeyAge", "two months", `parameter maxAccessKeyAge is "two months": want a whole number: days, at least 1`},
		{"EMR_KERBEROS_ENABLED", "TicketLifetimeInHours", "1.5", `parameter TicketLifetimeInHours is "1.5": want a whole number`},
		{"DYNAMODB_AUTOSCALING_ENABLED", "targetReadUtilization", "70.5", ""},
		{"DYNAMODB_AUTOSCALING_ENABLED", "targetReadUtilization", "70%", `parameter targetReadUtilization is "70%": want a number: percent`},
		{"IAM_PASSWORD_POLICY", "RequireSymbols", "TRUE", ""},
		{"IAM_PASSWORD_POLICY", "RequireSymbols", "yes", `parameter RequireSymbols is "yes": want true or false`},
		{"VPC_FLOW_LOGS_ENABLED", "trafficType", "REJECT", ""},
		{"VPC_FLOW_LOGS_ENABLED", "trafficType", "", ""},
		{"VPC_FLOW_LOGS_ENABLED", "trafficType", "ACCEPT,REJECT", `parameter trafficType is "ACCEPT,REJECT": want one of ACCEPT, REJECT, ALL`},
		{"RDS_ENHANCED_MONITORING_ENABLED", "monitoringInterval", "60", ""},
		{"RDS_ENHANCED_MONITORING_ENABLED", "monitoringInterval", "20", `parameter monitoringInterval is "20": want one of 1, 5, 10, 15, 30, 60`},
		{"OPENSEARCH_LOGS_TO_CLOUDWATCH", "logTypes", "error, search", ""},
		{"OPENSEARCH_LOGS_TO_CLOUDWATCH", "logTypes", "error,audit", `parameter logTypes is "error,audit": want a list of search, index, error`},
		{"VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS", "authorizedTcpPorts", "443,1020-1025", ""},
	} {
		p, ok := lookup(t, test.rule).Parameter(test.parameter)
		if !ok {
			t.Errorf("%s has no parameter %s", test.rule, test.parameter)
			continue
		}
		got := ""
		if err := p.Check(test.value); err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%s = %q: got %q, want %q", test.parameter, test.value, got, test.want)
		}
	}
}
