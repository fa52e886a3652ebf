package sagemaker

import (
	"safeguard/internal/graph"
	"safeguard/internal/logic"
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

var notebook = []string{"aws_sagemaker_notebook_instance"}

var notebookKey = rule.Rule{
	ID:     "SAGEMAKER_NOTEBOOK_INSTANCE_KMS_KEY_CONFIGURED",
	Types:  notebook,
	Assert: attr.NonEmpty("kms_key_id", attr.Among("kmsKeyArns"), attr.Repaired("shared.kms_key.arn")),
}

var notebookNoDirectInternet = rule.Rule{
	ID:     "SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS",
	Types:  notebook,
	Assert: rule.With(noDirectInternet.Eval, repairDirectInternet),
}

var noDirectInternet = attr.OneOf("direct_internet_access", []string{"Disabled"}, attr.Default(graph.String("Enabled")))

// repairDirectInternet leaves a notebook with its VPC alone, which AWS takes only
// of one that is in a subnet.
func repairDirectInternet(t *rule.Target) rule.Repair {
	if t.Attr("subnet_id").NonEmpty() == logic.False {
		return rule.CannotRepair("the notebook is in no subnet, and AWS takes direct internet access only from one that is: set subnet_id and security_groups, of a network by which it reaches what it needs, then set direct_internet_access to Disabled")
	}
	return rule.To(rule.Set{Code: `direct_internet_access = "Disabled"`})
}
