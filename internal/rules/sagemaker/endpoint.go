package sagemaker

import (
	"safeguard/internal/rule"
	"safeguard/internal/rule/attr"
)

var endpointConfigurationKey = rule.Rule{
	ID:     "SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED",
	Types:  []string{"aws_sagemaker_endpoint_configuration"},
	Assert: attr.NonEmpty("kms_key_arn", attr.Among("kmsKeyArns"), attr.Repaired("shared.kms_key.arn")),
}
