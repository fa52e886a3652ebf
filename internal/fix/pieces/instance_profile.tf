data "aws_partition" "current" {}

resource "aws_iam_instance_profile" "managed" {
  name = "managed-instance"
  role = aws_iam_role.managed_instance.name
}

resource "aws_iam_role" "managed_instance" {
  name               = "managed-instance"
  assume_role_policy = data.aws_iam_policy_document.managed_instance_trust.json
}

data "aws_iam_policy_document" "managed_instance_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

resource "aws_iam_role_policy_attachment" "managed_instance" {
  role       = aws_iam_role.managed_instance.name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/AmazonSSMManagedInstanceCore"
}
