variable "name" {
  type = string
}

variable "cidr" {
  type = string
}

variable "public_subnets" {
  description = "Address range by availability zone."
  type        = map(string)
}

variable "private_subnets" {
  type = map(object({
    cidr = string
    zone = string
    tier = string
  }))
}

variable "flow_logs" {
  type = object({
    enabled    = optional(bool, true)
    traffic    = optional(string, "REJECT")
    bucket_arn = optional(string)
  })
  default = {}
}
