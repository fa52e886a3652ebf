# Somebody answers the question of the rule once a year, and says where the
# evidence is.
resource "aws_config_config_rule" "annual_review" {
  name = "annual-risk-assessment-performed"

  source {
    owner             = "AWS"
    source_identifier = "AWS_CONFIG_PROCESS_CHECK"
  }
}
