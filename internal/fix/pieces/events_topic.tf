resource "aws_sns_topic" "object_events" {
  name              = "object-events"
  kms_master_key_id = shared.kms_key_messaging.key_id
}

resource "aws_sns_topic_policy" "object_events" {
  arn    = aws_sns_topic.object_events.arn
  policy = data.aws_iam_policy_document.object_events.json
}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "object_events" {
  statement {
    sid       = "Buckets"
    actions   = ["sns:Publish"]
    resources = [aws_sns_topic.object_events.arn]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}
