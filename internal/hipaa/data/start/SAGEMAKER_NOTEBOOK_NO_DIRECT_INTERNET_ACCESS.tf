# The way out is that of the VPC. Notebooks are made anew: save what is on them.
resource "aws_sagemaker_notebook_instance" "in_vpc" {
  name                   = "in-vpc"
  role_arn               = "arn:aws:iam::123456789012:role/notebooks"
  instance_type          = "ml.t3.medium"
  subnet_id              = "subnet-0123456789abcdef0"
  security_groups        = ["sg-0123456789abcdef0"]
  direct_internet_access = "Disabled"
}
