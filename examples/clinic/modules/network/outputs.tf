output "vpc_id" {
  value = aws_vpc.this.id
}

output "public_subnet_ids" {
  value = [for s in aws_subnet.public : s.id]
}

output "subnets_by_tier" {
  value = {
    for tier in distinct([for s in var.private_subnets : s.tier]) : tier => {
      for key, s in aws_subnet.private : key => s.id if var.private_subnets[key].tier == tier
    }
  }
}
