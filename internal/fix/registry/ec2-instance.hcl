rule "EC2_IMDSV2_CHECK" {
  inputs {
    metadata_options = {
      http_endpoint = "enabled"
      http_tokens   = "required"
    }
  }
}

rule "EC2_INSTANCE_NO_PUBLIC_IP" {
  inputs {
    associate_public_ip_address = false
  }
}

rule "EC2_INSTANCE_PROFILE_ATTACHED" {
  inputs {
    iam_instance_profile = shared.instance_profile.name
  }
}

# The volumes became objects in version 6.
rule "ENCRYPTED_VOLUMES" {
  versions = "<6"
  inputs {
    root_block_device = [{ encrypted = true }]
  }
}

rule "ENCRYPTED_VOLUMES" {
  versions = ">=6"
  inputs {
    root_block_device = { encrypted = true }
  }
}
