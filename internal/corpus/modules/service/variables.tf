variable "name" {
  type = string
}

variable "image" {
  type = string
}

variable "port" {
  type    = number
  default = null
}

variable "read_only" {
  type    = bool
  default = true
}

variable "limits" {
  type = object({
    cpu    = optional(number, 256)
    memory = optional(number)
  })
  default = {}
}

variable "environment" {
  type    = map(string)
  default = {}
}

variable "subnet_ids" {
  type = list(string)
}

variable "security_group_ids" {
  type = list(string)
}

variable "tags" {
  type    = map(string)
  default = {}
}
