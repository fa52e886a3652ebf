// Package policy answers the question: what does an IAM policy document allow
// or deny?
//
// It reads documents whose text may hold placeholders (see Display): references
// to resources that AWS has not created yet, and holes, text that nobody knows.
// Every answer is three-valued: what a hole could turn round is Unknown, and a
// reference keeps its identity, so that a statement about one bucket is still a
// statement about that bucket. The semantics are those of IAM (grammar,
// wildcards, condition operators) and of the S3 definition of "public"; which
// rule asks which question is no concern of this package.
//
// A Document is safe for concurrent reading.
package policy
