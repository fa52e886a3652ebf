output "identifiers" {
  value = concat([aws_db_instance.this.identifier], aws_db_instance.replica[*].identifier)
}
