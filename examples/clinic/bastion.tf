resource "aws_instance" "bastion" {
  ami                         = var.bastion_ami
  instance_type               = "t3.micro"
  subnet_id                   = module.network.public_subnet_ids[0]
  vpc_security_group_ids      = [aws_security_group.bastion.id]
  associate_public_ip_address = true
  key_name                    = "${var.name}-ops"

  user_data = templatefile("${path.module}/templates/bastion.sh.tftpl", {
    packages = ["postgresql15", "redis6", "tmux"]
    motd     = "${upper(var.environment)} - think before you type"
  })

  root_block_device {
    volume_size = 20
    encrypted   = true
  }

  tags = { Name = "${local.prefix}-bastion" }
}

# Database dumps for debugging. Bigger than the root disk allows.
resource "aws_ebs_volume" "dumps" {
  availability_zone = var.availability_zones[0]
  size              = 200
  type              = "gp3"

  tags = { Name = "${local.prefix}-dumps" }
}

resource "aws_volume_attachment" "dumps" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.dumps.id
  instance_id = aws_instance.bastion.id
}
