variable "name" {
  type = string
}

variable "public" {
  type    = bool
  default = false
}

variable "versioned" {
  type    = bool
  default = true
}

variable "kms" {
  type    = bool
  default = true
}

variable "kms_key_arn" {
  type    = string
  default = null
}

variable "tls_only" {
  type    = bool
  default = true
}

variable "lifecycle_rules" {
  type = list(object({
    id          = string
    enabled     = optional(bool, true)
    prefix      = optional(string, "")
    expire_days = optional(number)
    transitions = optional(list(object({
      days  = number
      class = optional(string, "GLACIER")
    })), [])
  }))
  default = []
}

variable "tags" {
  type    = map(string)
  default = {}
}
