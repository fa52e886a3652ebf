output "arns" {
  value = { for name, q in aws_sqs_queue.this : name => q.arn }
}
