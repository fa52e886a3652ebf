locals {
  prefix = "${var.name}-${var.environment}"

  phi_tags = {
    DataClass = "phi"
    Backup    = "daily"
  }

  # 10.20.0.0/24, 10.20.1.0/24 public; 10.20.10.0/24 ... for the application; 10.20.20.0/24 ... for data
  public_subnets = {
    for i, az in var.availability_zones : az => cidrsubnet(var.vpc_cidr, 8, i)
  }
  private_subnets = merge([
    for tier, offset in { app = 10, data = 20 } : {
      for i, az in var.availability_zones : "${tier}-${substr(az, -1, 1)}" => {
        cidr = cidrsubnet(var.vpc_cidr, 8, offset + i)
        zone = az
        tier = tier
      }
    }
  ]...)

  buckets = {
    patient-documents = {
      tags       = local.phi_tags
      kms        = true
      versioning = true
      tls_only   = true
      log        = true
      lifecycle_rules = [
        { id = "old-versions", noncurrent_days = 365 },
        { id = "incomplete-uploads", abort_multipart_days = 7 },
      ]
    }
    uploads = {
      tags            = local.phi_tags
      lifecycle_rules = [{ id = "expire", prefix = "incoming/", expire_days = 30 }]
    }
    # Marketing pulls these into their spreadsheet.
    exports = {
      block_public = false
    }
  }

  web_services = { for name, s in var.services : name => s if s.port != null }
}
