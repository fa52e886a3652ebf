resource "aws_ecs_cluster" "main" {
  name = local.prefix

  setting {
    name  = "containerInsights"
    value = "disabled"
  }
}

module "service" {
  source   = "./modules/service"
  for_each = var.services

  name          = "${local.prefix}-${each.key}"
  cluster_arn   = aws_ecs_cluster.main.arn
  cluster_name  = aws_ecs_cluster.main.name
  image         = each.value.image
  cpu           = each.value.cpu
  memory        = each.value.memory
  port          = each.value.port
  desired_count = each.value.desired_count
  readonly_root = each.value.readonly_root
  scaling       = each.value.scaling

  environment = merge({ STAGE = var.environment }, each.value.environment)
  secrets     = { for name, s in aws_secretsmanager_secret.this : upper(name) => s.arn }

  subnet_ids         = values(module.network.subnets_by_tier["app"])
  security_group_ids = [aws_security_group.app.id]
  target_group_arn   = try(aws_lb_target_group.service[each.key].arn, null)

  policies = each.key == "portal" ? {} : { app = data.aws_iam_policy_document.service.json }
}

data "aws_iam_policy_document" "service" {
  statement {
    sid       = "Documents"
    actions   = ["s3:GetObject", "s3:PutObject"]
    resources = ["${module.bucket["patient-documents"].arn}/*"]
  }

  statement {
    sid       = "Keys"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = ["*"]
  }

  statement {
    sid       = "Work"
    actions   = ["sqs:*"]
    resources = [for q in aws_sqs_queue.work : q.arn]
  }
}

resource "aws_lb" "main" {
  name                       = local.prefix
  load_balancer_type         = "application"
  subnets                    = module.network.public_subnet_ids
  security_groups            = [aws_security_group.alb.id]
  drop_invalid_header_fields = true
  enable_deletion_protection = var.environment == "prod"
}

resource "aws_lb_target_group" "service" {
  for_each = local.web_services

  name        = "${local.prefix}-${each.key}"
  port        = each.value.port
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = module.network.vpc_id

  health_check {
    path    = "/healthz"
    matcher = "200-299"
  }
}

# The old kiosk tablets cannot do TLS.
resource "aws_lb_listener" "http" {
  load_balancer_arn = aws_lb.main.arn
  port              = 80

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.service["portal"].arn
  }
}

resource "aws_lb_listener" "https" {
  load_balancer_arn = aws_lb.main.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = var.certificate_arn

  default_action {
    type = "fixed-response"

    fixed_response {
      content_type = "text/plain"
      status_code  = "404"
    }
  }
}

resource "aws_lb_listener_rule" "service" {
  for_each = local.web_services

  listener_arn = aws_lb_listener.https.arn

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.service[each.key].arn
  }

  condition {
    path_pattern {
      values = [each.value.path]
    }
  }
}
