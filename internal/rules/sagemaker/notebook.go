package sagemaker

import (
	"safeguard/internal/graph"
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
	Assert: attr.OneOf("direct_internet_access", []string{"Disabled"}, attr.Default(graph.String("Enabled"))),
}
