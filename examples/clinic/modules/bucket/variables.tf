variable "name" {
  type = string
}

variable "tags" {
  type    = map(string)
  default = {}
}

variable "block_public" {
  type    = bool
  default = true
}

variable "versioning" {
  type    = bool
  default = false
}

variable "tls_only" {
  type    = bool
  default = false
}

variable "encrypt_with_kms" {
  type    = bool
  default = false
}

variable "kms_key_arn" {
  type    = string
  default = null
}

variable "access_log" {
  type = object({
    bucket = string
    prefix = optional(string)
  })
  default = null
}

variable "lifecycle_rules" {
  type = list(object({
    id                   = string
    enabled              = optional(bool, true)
    prefix               = optional(string, "")
    expire_days          = optional(number)
    noncurrent_days      = optional(number)
    abort_multipart_days = optional(number)
  }))
  default = []
}

variable "policy" {
  description = "Further statements of the bucket policy, as JSON."
  type        = string
  default     = null
}
