variable "name" {
  type = string
}

variable "cluster_arn" {
  type = string
}

variable "cluster_name" {
  type = string
}

variable "image" {
  type = string
}

variable "cpu" {
  type    = number
  default = 256
}

variable "memory" {
  type    = number
  default = 512
}

variable "port" {
  type    = number
  default = null
}

variable "target_group_arn" {
  type    = string
  default = null
}

variable "desired_count" {
  type    = number
  default = 1
}

variable "readonly_root" {
  type    = bool
  default = false
}

variable "environment" {
  type    = map(string)
  default = {}
}

variable "secrets" {
  description = "ARN by the name of the environment variable."
  type        = map(string)
  default     = {}
}

variable "subnet_ids" {
  type = list(string)
}

variable "security_group_ids" {
  type = list(string)
}

variable "policies" {
  description = "What the containers may do: policy documents by name."
  type        = map(string)
  default     = {}
}

variable "scaling" {
  type = object({
    min = number
    max = number
    cpu = number
  })
  default = null
}
