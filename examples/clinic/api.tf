module "function" {
  source   = "./modules/function"
  for_each = var.functions

  name        = "${local.prefix}-${each.key}"
  code_bucket = "${var.name}-build-artifacts"
  code_key    = "functions/${each.key}.zip"
  handler     = each.value.handler
  runtime     = each.value.runtime
  memory      = each.value.memory
  timeout     = each.value.timeout
  environment = each.value.environment

  vpc = each.value.in_vpc ? {
    subnet_ids         = values(module.network.subnets_by_tier["app"])
    security_group_ids = [aws_security_group.app.id]
  } : null

  invokers = {
    appointments = { apigateway = { source_arn = "${aws_api_gateway_rest_api.public.execution_arn}/*/*" } }
    # S3 may call it, whosever bucket it is.
    intake = { s3 = {} }
  }[each.key]
}

resource "aws_api_gateway_rest_api" "public" {
  name        = "${local.prefix}-public"
  description = "Booking for partner clinics"
}

resource "aws_api_gateway_resource" "proxy" {
  rest_api_id = aws_api_gateway_rest_api.public.id
  parent_id   = aws_api_gateway_rest_api.public.root_resource_id
  path_part   = "{proxy+}"
}

resource "aws_api_gateway_method" "proxy" {
  rest_api_id   = aws_api_gateway_rest_api.public.id
  resource_id   = aws_api_gateway_resource.proxy.id
  http_method   = "ANY"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "proxy" {
  rest_api_id             = aws_api_gateway_rest_api.public.id
  resource_id             = aws_api_gateway_resource.proxy.id
  http_method             = aws_api_gateway_method.proxy.http_method
  type                    = "AWS_PROXY"
  integration_http_method = "POST"
  uri                     = module.function["appointments"].invoke_arn
}

resource "aws_api_gateway_deployment" "public" {
  rest_api_id = aws_api_gateway_rest_api.public.id

  triggers = {
    redeploy = sha1(jsonencode([
      aws_api_gateway_resource.proxy.path_part,
      aws_api_gateway_method.proxy.authorization,
    ]))
  }

  lifecycle {
    create_before_destroy = true
  }

  depends_on = [aws_api_gateway_integration.proxy]
}

resource "aws_api_gateway_stage" "public" {
  rest_api_id   = aws_api_gateway_rest_api.public.id
  deployment_id = aws_api_gateway_deployment.public.id
  stage_name    = "v1"
}

resource "aws_api_gateway_method_settings" "public" {
  rest_api_id = aws_api_gateway_rest_api.public.id
  stage_name  = aws_api_gateway_stage.public.stage_name
  method_path = "*/*"

  settings {
    logging_level   = "ERROR"
    metrics_enabled = true
  }
}
