variable "name" {
  type = string
}

variable "memory" {
  type    = number
  default = 128
}

variable "timeout" {
  type    = number
  default = 30
}

variable "retention_days" {
  type     = number
  default  = 90
  nullable = false
}

variable "environment" {
  type    = map(string)
  default = {}
}

variable "subnet_ids" {
  type    = list(string)
  default = []
}

variable "security_group_ids" {
  type    = list(string)
  default = []
}

variable "statements" {
  type = list(object({
    actions   = list(string)
    resources = optional(list(string), ["*"])
  }))
  default = []
}

variable "tags" {
  type    = map(string)
  default = {}
}
