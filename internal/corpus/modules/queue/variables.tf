variable "name" {
  type = string
}

variable "encrypted" {
  type    = bool
  default = true
}

variable "consumers" {
  type = map(object({
    timeout = optional(number, 30)
    retries = optional(number, 5)
  }))
}

variable "alarm_arns" {
  type    = list(string)
  default = []
}

variable "tags" {
  type    = map(string)
  default = {}
}
