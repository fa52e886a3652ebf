output "service" {
  value = aws_ecs_service.this.id
}
