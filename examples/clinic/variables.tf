variable "name" {
  description = "Prefix of everything we create."
  type        = string
  default     = "fernwell"
}

variable "environment" {
  type    = string
  default = "staging"
}

variable "account_id" {
  description = "The AWS account we deploy into."
  type        = string
}

variable "domain" {
  type    = string
  default = "fernwell.example"
}

variable "certificate_arn" {
  description = "Wildcard certificate, requested by hand in ACM."
  type        = string
}

variable "vpc_cidr" {
  type    = string
  default = "10.20.0.0/16"
}

variable "availability_zones" {
  type    = list(string)
  default = ["us-east-1a", "us-east-1b"]
}

variable "office_cidrs" {
  type    = list(string)
  default = []
}

variable "bastion_ami" {
  type    = string
  default = "ami-00000000000000001"
}

variable "db_username" {
  type    = string
  default = "clinic"
}

variable "db_password" {
  type      = string
  sensitive = true
}

variable "alert_email" {
  type    = string
  default = null
}

variable "services" {
  description = "What runs on Fargate. A port makes it reachable through the load balancer under its path."
  type = map(object({
    image         = string
    cpu           = optional(number, 256)
    memory        = optional(number, 512)
    port          = optional(number)
    path          = optional(string)
    desired_count = optional(number, 1)
    readonly_root = optional(bool, false)
    environment   = optional(map(string), {})
    scaling = optional(object({
      min = optional(number, 1)
      max = number
      cpu = optional(number, 70)
    }))
  }))
  default = {}
}

variable "functions" {
  description = "Lambda functions; the code is what the build pipeline uploaded last."
  type = map(object({
    handler     = optional(string, "index.handler")
    runtime     = optional(string, "nodejs20.x")
    memory      = optional(number, 256)
    timeout     = optional(number, 10)
    in_vpc      = optional(bool, false)
    environment = optional(map(string), {})
  }))
  default = {}
}
