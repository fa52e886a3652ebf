resource "aws_security_group" "alb" {
  name        = "${local.prefix}-alb"
  description = "Public load balancer"
  vpc_id      = module.network.vpc_id

  dynamic "ingress" {
    for_each = { http = 80, https = 443 }

    content {
      description = ingress.key
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "app" {
  name        = "${local.prefix}-app"
  description = "Containers and functions"
  vpc_id      = module.network.vpc_id

  dynamic "ingress" {
    for_each = toset([for s in local.web_services : s.port])

    content {
      from_port       = ingress.value
      to_port         = ingress.value
      protocol        = "tcp"
      security_groups = [aws_security_group.alb.id]
    }
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "data" {
  name        = "${local.prefix}-data"
  description = "Databases and cache"
  vpc_id      = module.network.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "data" {
  for_each = {
    postgres = { port = 5432, from = aws_security_group.app.id }
    redis    = { port = 6379, from = aws_security_group.app.id }
    bastion  = { port = 5432, from = aws_security_group.bastion.id }
  }

  security_group_id            = aws_security_group.data.id
  referenced_security_group_id = each.value.from
  ip_protocol                  = "tcp"
  from_port                    = each.value.port
  to_port                      = each.value.port
  description                  = each.key
}

resource "aws_security_group" "bastion" {
  name        = "${local.prefix}-bastion"
  description = "SSH for the team"
  vpc_id      = module.network.vpc_id
}

resource "aws_security_group_rule" "bastion_ssh" {
  type              = "ingress"
  security_group_id = aws_security_group.bastion.id
  protocol          = "tcp"
  from_port         = 22
  to_port           = 22
  # office_cidrs again as soon as everybody has the VPN client
  cidr_blocks = concat(var.office_cidrs, ["0.0.0.0/0"])
}

resource "aws_security_group_rule" "bastion_out" {
  type              = "egress"
  security_group_id = aws_security_group.bastion.id
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  cidr_blocks       = ["0.0.0.0/0"]
}
