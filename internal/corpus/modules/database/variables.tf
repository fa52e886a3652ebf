variable "name" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

variable "security_group_ids" {
  type = list(string)
}

variable "settings" {
  type = object({
    engine    = optional(string, "postgres")
    class     = optional(string, "db.t4g.medium")
    gigabytes = optional(number, 50)
    encrypted = optional(bool, true)
    multi_az  = optional(bool)
    replicas  = optional(number, 0)
    backup = optional(object({
      days   = optional(number, 7)
      window = optional(string, "03:00-04:00")
    }), {})
  })
}

variable "tags" {
  type    = map(string)
  default = {}
}
