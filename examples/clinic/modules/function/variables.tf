variable "name" {
  type = string
}

variable "code_bucket" {
  type = string
}

variable "code_key" {
  type = string
}

variable "handler" {
  type = string
}

variable "runtime" {
  type = string
}

variable "memory" {
  type    = number
  default = 128
}

variable "timeout" {
  type    = number
  default = 3
}

variable "environment" {
  type    = map(string)
  default = {}
}

variable "vpc" {
  type = object({
    subnet_ids         = list(string)
    security_group_ids = list(string)
  })
  default = null
}

variable "invokers" {
  description = "Who may call the function: apigateway or s3."
  type = map(object({
    source_arn     = optional(string)
    source_account = optional(string)
  }))
  default = {}
}
