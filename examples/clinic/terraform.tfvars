environment = "prod"
account_id  = "111122223333"

certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/00000000-1111-2222-3333-444444444444"

office_cidrs = ["203.0.113.0/24", "198.51.100.17/32"]

# Not the real one. The pipeline sets TF_VAR_db_password... most of the time.
db_password = "example-only-not-a-password"

alert_email = "oncall@fernwell.example"

services = {
  visits = {
    image         = "111122223333.dkr.ecr.us-east-1.amazonaws.com/visits:1.14.2"
    cpu           = 512
    memory        = 1024
    port          = 8080
    path          = "/api/*"
    desired_count = 2
    environment = {
      LOG_LEVEL = "debug"
      TZ        = "UTC"
    }
    scaling = {
      min = 2
      max = 6
    }
  }

  portal = {
    image         = "111122223333.dkr.ecr.us-east-1.amazonaws.com/portal:2.3.0"
    port          = 3000
    path          = "/*"
    readonly_root = true
  }
}

functions = {
  appointments = {
    timeout = 29
    in_vpc  = true
    environment = {
      CALENDAR_DAYS = "60"
    }
  }

  intake = {
    memory  = 1024
    timeout = 60
  }
}
