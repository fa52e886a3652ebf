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
    create_iam_instance_profile = true
    iam_role_policies = {
      AmazonSSMManagedInstanceCore = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"
    }
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
