output "arn" {
  value = aws_lambda_function.this.arn

  # Nobody may call it before the permissions are there.
  depends_on = [aws_lambda_permission.this]
}

output "invoke_arn" {
  value = aws_lambda_function.this.invoke_arn
}
