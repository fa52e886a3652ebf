package triage

import (
	"math"

	"safeguard/internal/hipaa"
)

// Weights say how much risk a finding is. The risk that an item closes is
//
//	severity * exposure * resources^Resources
//
// summed over its rules. The zero value stands for DefaultWeights.
type Weights struct {
	Critical, High, Medium, Low float64
	// Exposed multiplies findings that open something to the internet.
	Exposed float64
	// Resources is the exponent for the number of resources: 0 counts a fault
	// once however often it occurs, 1 counts each occurrence in full.
	Resources float64
}

// DefaultWeights take a finding of one severity for about two and a half of the
// next lower one.
var DefaultWeights = Weights{Critical: 16, High: 6, Medium: 2.5, Low: 1, Exposed: 2, Resources: 0.5}

func (w Weights) closes(item *Item) float64 {
	if w == (Weights{}) {
		w = DefaultWeights
	}
	found := map[string]int{}
	for _, r := range item.Results {
		found[r.Rule]++
	}
	sum := 0.0
	for _, id := range item.Rules {
		facts, ok := hipaa.Lookup(id)
		if !ok {
			continue
		}
		one := map[hipaa.Severity]float64{
			hipaa.Critical: w.Critical, hipaa.High: w.High, hipaa.Medium: w.Medium, hipaa.Low: w.Low,
		}[facts.Severity]
		if exposed[id] {
			one *= w.Exposed
		}
		sum += one * math.Pow(float64(found[id]), w.Resources)
	}
	return sum
}

// exposed are the rules about what the internet can reach.
var exposed = map[string]bool{
	"AUTOSCALING_LAUNCH_CONFIG_PUBLIC_IP_DISABLED":   true,
	"DMS_REPLICATION_NOT_PUBLIC":                     true,
	"EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK":           true,
	"EC2_INSTANCE_NO_PUBLIC_IP":                      true,
	"ELASTICSEARCH_IN_VPC_ONLY":                      true,
	"EMR_MASTER_NO_PUBLIC_IP":                        true,
	"INCOMING_SSH_DISABLED":                          true,
	"LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED":       true,
	"NO_UNRESTRICTED_ROUTE_TO_IGW":                   true,
	"OPENSEARCH_IN_VPC_ONLY":                         true,
	"RDS_INSTANCE_PUBLIC_ACCESS_CHECK":               true,
	"RDS_SNAPSHOTS_PUBLIC_PROHIBITED":                true,
	"REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK":           true,
	"RESTRICTED_INCOMING_TRAFFIC":                    true,
	"S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC": true,
	"S3_BUCKET_PUBLIC_READ_PROHIBITED":               true,
	"S3_BUCKET_PUBLIC_WRITE_PROHIBITED":              true,
	"SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS":   true,
	"SSM_DOCUMENT_NOT_PUBLIC":                        true,
	"VPC_SG_OPEN_ONLY_TO_AUTHORIZED_PORTS":           true,
}
