# A new cluster takes the configuration; kerberos_attributes of aws_emr_cluster
# name the realm and take the password of the KDC from a secret.
resource "aws_emr_security_configuration" "kerberos" {
  name = "kerberos"

  configuration = jsonencode({
    AuthenticationConfiguration = {
      KerberosConfiguration = {
        Provider = "ClusterDedicatedKdc"
        ClusterDedicatedKdcConfiguration = {
          TicketLifetimeInHours = 24
        }
      }
    }
  })
}
