package triage

import (
	"cmp"
	"container/heap"
	"slices"
)

// needs are what a rule's fix needs besides the block itself.
var needs = map[string][]string{
	"CLOUD_TRAIL_ENCRYPTION_ENABLED":                      {"a customer managed key that CloudTrail may use"},
	"CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED":                {"a log group, and a role that writes to it"},
	"ELB_LOGGING_ENABLED":                                 {"a bucket that load balancers may deliver logs to"},
	"S3_BUCKET_LOGGING_ENABLED":                           {"a bucket that S3 may deliver logs to"},
	"S3_DEFAULT_ENCRYPTION_KMS":                           {"a customer managed key"},
	"S3_BUCKET_REPLICATION_ENABLED":                       {"a bucket for the copies, and a role that replicates"},
	"SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED": {"a customer managed key"},
	"SAGEMAKER_NOTEBOOK_INSTANCE_KMS_KEY_CONFIGURED":      {"a customer managed key"},
	"SECRETSMANAGER_USING_CMK":                            {"a customer managed key"},
	"SNS_ENCRYPTED_KMS":                                   {"a customer managed key that publishers may use"},
	"RDS_ENHANCED_MONITORING_ENABLED":                     {"a role by which RDS reports metrics"},
	"RDS_STORAGE_ENCRYPTED":                               {"a customer managed key"},
	"ENCRYPTED_VOLUMES":                                   {"a customer managed key"},
	"VPC_FLOW_LOGS_ENABLED":                               {"a log group, and a role that writes to it"},
	"ALB_WAF_ENABLED":                                     {"a web ACL"},
	"API_GW_ASSOCIATED_WITH_WAF":                          {"a web ACL"},
	"ELBV2_ACM_CERTIFICATE_REQUIRED":                      {"a certificate of ACM"},
	"DYNAMODB_IN_BACKUP_PLAN":                             {"a backup plan"},
	"RDS_IN_BACKUP_PLAN":                                  {"a backup plan"},
	"AURORA_RESOURCES_PROTECTED_BY_BACKUP_PLAN":           {"a backup plan"},
	"EC2_RESOURCES_PROTECTED_BY_BACKUP_PLAN":              {"a backup plan"},
	"EBS_IN_BACKUP_PLAN":                                  {"a backup plan"},
}

// first are the rules that have to be closed before another: at the same block,
// or anywhere.
var first = []struct {
	rule, before string
	anywhere     bool
}{
	{rule: "S3_BUCKET_REPLICATION_ENABLED", before: "S3_BUCKET_VERSIONING_ENABLED"},
	{rule: "S3_BUCKET_DEFAULT_LOCK_ENABLED", before: "S3_BUCKET_VERSIONING_ENABLED"},
	{rule: "RDS_IN_BACKUP_PLAN", before: "RDS_STORAGE_ENCRYPTED"},
	{rule: "AURORA_RESOURCES_PROTECTED_BY_BACKUP_PLAN", before: "RDS_STORAGE_ENCRYPTED"},
	{rule: "EBS_IN_BACKUP_PLAN", before: "ENCRYPTED_VOLUMES"},
	{rule: "DYNAMODB_IN_BACKUP_PLAN", before: "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK", anywhere: true},
	{rule: "RDS_IN_BACKUP_PLAN", before: "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK", anywhere: true},
	{rule: "CLOUDTRAIL_S3_DATAEVENTS_ENABLED", before: "CLOUD_TRAIL_ENABLED", anywhere: true},
	{rule: "CLOUDTRAIL_S3_DATAEVENTS_ENABLED", before: "MULTI_REGION_CLOUD_TRAIL_ENABLED", anywhere: true},
}

// link sets After of the items, by their indexes here.
func link(items []*Item) {
	type place struct{ rule, root, file, block string }
	here := map[place]int{}
	anywhere := map[place][]int{}
	at := func(item *Item, rule string) place {
		return place{rule, item.Root, item.Location.File, blockOf(item.Results[0])}
	}
	for i, item := range items {
		for _, id := range item.Rules {
			here[at(item, id)] = i
			anywhere[place{rule: id, root: item.Root}] = append(anywhere[place{rule: id, root: item.Root}], i)
		}
	}
	for i, item := range items {
		for _, f := range first {
			if !slices.Contains(item.Rules, f.rule) {
				continue
			}
			if f.anywhere {
				item.After = append(item.After, anywhere[place{rule: f.before, root: item.Root}]...)
			} else if j, ok := here[at(item, f.before)]; ok {
				item.After = append(item.After, j)
			}
		}
		slices.Sort(item.After)
		item.After = slices.DeleteFunc(slices.Compact(item.After), func(j int) bool { return j == i })
	}
}

// order sorts the items by the risk that they close in an expected hour, and
// keeps what has to come first before: an item is rated together with what is
// still to be done before it. After refers to the new order.
func order(items []*Item) {
	q := &queue{items: items, rate: make([]float64, len(items)), done: make([]bool, len(items)), seen: make([]int, len(items))}
	dependents := make([][]int, len(items))
	for i, item := range items {
		q.rate[i] = q.rated(i)
		q.waiting = append(q.waiting, i)
		for _, j := range item.After {
			dependents[j] = append(dependents[j], i)
		}
	}
	heap.Init(q)
	position := make([]int, len(items))
	next := 0
	var do func(i int)
	do = func(i int) {
		if q.done[i] {
			return
		}
		for _, j := range items[i].After {
			do(j)
		}
		q.done[i] = true
		position[i] = next
		next++
		for _, j := range dependents[i] {
			if !q.done[j] {
				q.rate[j] = q.rated(j)
				heap.Push(q, j) // once more, with its better rate
			}
		}
	}
	for q.Len() > 0 {
		do(heap.Pop(q).(int))
	}
	moved := slices.Clone(items)
	for i, item := range moved {
		for k, j := range item.After {
			item.After[k] = position[j]
		}
		slices.Sort(item.After)
		items[position[i]] = item
	}
}

// A queue holds the items that are to be done, the best rate first.
type queue struct {
	items   []*Item
	rate    []float64
	done    []bool
	waiting []int

	seen  []int // the number of the rating that saw an item last
	rates int   // the ratings so far
}

// rated is the risk closed in an expected hour by an item and what is still to
// be done before it.
func (q *queue) rated(i int) float64 {
	closes, hours := 0.0, 0.0
	q.rates++
	var add func(i int)
	add = func(i int) {
		if q.done[i] || q.seen[i] == q.rates {
			return
		}
		q.seen[i] = q.rates
		closes += q.items[i].Closes
		hours += q.items[i].Estimate.Expected
		for _, j := range q.items[i].After {
			add(j)
		}
	}
	add(i)
	return closes / max(hours, 0.05)
}

func (q *queue) Len() int { return len(q.waiting) }
func (q *queue) Less(a, b int) bool {
	i, j := q.waiting[a], q.waiting[b]
	return cmp.Or(cmp.Compare(q.rate[j], q.rate[i]), cmp.Compare(i, j)) < 0
}
func (q *queue) Swap(a, b int) { q.waiting[a], q.waiting[b] = q.waiting[b], q.waiting[a] }
func (q *queue) Push(x any)    { q.waiting = append(q.waiting, x.(int)) }
func (q *queue) Pop() any {
	last := len(q.waiting) - 1
	x := q.waiting[last]
	q.waiting = q.waiting[:last]
	return x
}
