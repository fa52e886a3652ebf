rule "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED" {
  inputs {
    authorization_type = "AWS_IAM"
  }
}
