# Users of the group can do nothing but register a device until they have one.
data "aws_iam_policy_document" "for_iam_user_mfa_enabled" {
  statement {
    sid    = "DenyWithoutMFA"
    effect = "Deny"
    not_actions = [
      "iam:ChangePassword",
      "iam:CreateVirtualMFADevice",
      "iam:EnableMFADevice",
      "iam:GetUser",
      "iam:ListMFADevices",
      "iam:ListVirtualMFADevices",
      "sts:GetSessionToken",
    ]
    resources = ["*"]

    condition {
      test     = "BoolIfExists"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["false"]
    }
  }
}

resource "aws_iam_policy" "for_iam_user_mfa_enabled" {
  name   = "deny-without-mfa"
  policy = data.aws_iam_policy_document.for_iam_user_mfa_enabled.json
}
