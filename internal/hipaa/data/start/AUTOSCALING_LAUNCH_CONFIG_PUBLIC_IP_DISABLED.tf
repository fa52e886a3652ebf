# Launch configurations cannot be changed: a template replaces it.
resource "aws_launch_template" "without_public_ip" {
  name_prefix   = "app-"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.medium"

  network_interfaces {
    associate_public_ip_address = false
    security_groups             = ["sg-0123456789abcdef0"]
  }

  metadata_options {
    http_tokens = "required"
  }
}

resource "aws_autoscaling_group" "without_public_ip" {
  min_size            = 2
  max_size            = 4
  vpc_zone_identifier = ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"] # private ones

  launch_template {
    id      = aws_launch_template.without_public_ip.id
    version = aws_launch_template.without_public_ip.latest_version
  }
}
