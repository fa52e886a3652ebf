# Best is a role instead of the user. Where a key has to be, make the second
# one, take it into use, and only then delete the first one.
resource "aws_iam_access_key" "second" {
  user = "service"
}
