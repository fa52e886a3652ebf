variable "name" {
  type = string
}

variable "cidr" {
  type    = string
  default = "10.0.0.0/16"
}

variable "zones" {
  type = list(string)

  validation {
    condition     = length(var.zones) >= 2
    error_message = "A network needs two zones."
  }
}

variable "tags" {
  type    = map(string)
  default = {}
}
