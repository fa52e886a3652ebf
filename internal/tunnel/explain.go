package tunnel

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
)

// advice says what to do about AWS's errors, by their codes.
var advice = map[string]string{
	"TargetNotConnected":          "Systems Manager does not reach the target: `safeguard tunnel doctor` finds out why",
	"InvalidTarget":               "the target is no managed instance of this account and region",
	"InvalidDocument":             "the session document is not available in this region",
	"AccessDenied":                "`safeguard tunnel --iam-policy` prints what is needed",
	"AccessDeniedException":       "`safeguard tunnel --iam-policy` prints what is needed",
	"UnauthorizedOperation":       "`safeguard tunnel --iam-policy` prints what is needed",
	"ExpiredToken":                "the credentials are too old: get new ones (`safeguard login PROFILE` with IAM Identity Center)",
	"ExpiredTokenException":       "the credentials are too old: get new ones (`safeguard login PROFILE` with IAM Identity Center)",
	"UnrecognizedClientException": "AWS does not know these credentials",
	"InvalidClientTokenId":        "AWS does not know these credentials",
	"AuthFailure":                 "AWS does not accept these credentials in this region: is it enabled for the account?",
}

// Explain is an error of AWS with its code, AWS's words and what to do about it;
// any other error as it is. What the SDK tells of its own doings is left out.
func Explain(err error) error {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return err
	}
	return &explained{api, err}
}

type explained struct {
	api smithy.APIError
	err error
}

func (e *explained) Error() string {
	text := e.api.ErrorCode()
	if m := e.api.ErrorMessage(); m != "" {
		text = fmt.Sprintf("%s: %s", text, m)
	}
	if hint := advice[e.api.ErrorCode()]; hint != "" {
		text += "\nhint: " + hint
	}
	return text
}

func (e *explained) Unwrap() error { return e.err }
