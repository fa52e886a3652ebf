# Only the stages of WebSocket APIs have execution logs. The input got another
# name in version 5.

rule "API_GW_EXECUTION_LOGGING_ENABLED" {
  versions = "<5"
  needs    = ["api_gateway_account"]
  inputs {
    default_route_settings = { logging_level = "ERROR" }
  }
}

rule "API_GW_EXECUTION_LOGGING_ENABLED" {
  versions = ">=5"
  needs    = ["api_gateway_account"]
  inputs {
    stage_default_route_settings = { logging_level = "ERROR" }
  }
}
