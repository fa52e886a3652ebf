package doctor

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"safeguard/internal/tunnel"
)

// permissions says whether the session document is there and the caller may use
// it.
func permissions(ctx context.Context, v *visit) Finding {
	if !v.in {
		return undecided(noCredentials)
	}
	document := tunnel.Route{Endpoint: tunnel.Endpoint{Host: v.Spec.To.Host}}.Document()
	if v.Spec.To.Discovers() {
		document = tunnel.RemoteDocument
	}
	_, err := ssm.NewFromConfig(v.cfg).DescribeDocument(ctx, &ssm.DescribeDocumentInput{Name: &document})
	if _, none := errors.AsType[*ssmtypes.InvalidDocument](err); none {
		return change(fmt.Sprintf("the document %s is not in %s", document, v.cfg.Region), "give another --region: AWS has the document in every commercial one", "")
	}
	// Who may not read the document may start sessions with it all the same.
	if v.node == nil {
		return undecided(noNode)
	}
	principal, err := v.principal(ctx)
	if err != nil {
		return denied("find the role behind "+v.caller, err)
	}
	if principal == "" {
		return ok("the root user may do anything (it should not be used)")
	}
	var denies, unclear, missing []string
	client := iam.NewFromConfig(v.cfg)
	for _, ask := range v.questions(document) {
		s, err := simulate(ctx, client, principal, ask.actions, []string{ask.resource}, ask.context)
		if err != nil {
			return denied("simulate what "+v.caller+" may do", err)
		}
		for _, action := range s.denied {
			denies = append(denies, action+" on "+ask.resource)
		}
		unclear, missing = append(unclear, s.unclear...), append(missing, s.missing...)
	}
	if len(denies) > 0 {
		p := tunnel.PermissionsFor([]tunnel.Spec{v.Spec})
		p.Region = v.cfg.Region
		return change(v.caller+" may not "+strings.Join(denies, ", nor "), "allow it", grant(v.caller, p))
	}
	if len(unclear) > 0 {
		slices.Sort(missing)
		return undecided("whether %s may %s depends on %s", v.caller, strings.Join(unclear, ", "), strings.Join(slices.Compact(missing), ", "))
	}
	return ok("%s may use %s with %s, and resume and end its own sessions", v.caller, document, v.node.name)
}

// A question is what IAM is asked in one simulation.
type question struct {
	actions  []string
	resource string
	context  []iamtypes.ContextEntry
}

func (v *visit) questions(document string) []question {
	entry := func(key string, kind iamtypes.ContextKeyTypeEnum, value string) iamtypes.ContextEntry {
		return iamtypes.ContextEntry{ContextKeyName: &key, ContextKeyType: kind, ContextKeyValues: []string{value}}
	}
	context := []iamtypes.ContextEntry{entry("ssm:SessionDocumentAccessCheck", iamtypes.ContextKeyTypeEnumBoolean, "true"), entry("aws:userid", iamtypes.ContextKeyTypeEnumString, v.userID)}
	tagged := slices.Clone(context)
	for _, key := range sorted(v.node.tags) {
		tagged = append(tagged, entry("ssm:resourceTag/"+key, iamtypes.ContextKeyTypeEnumString, v.node.tags[key]),
			entry("aws:ResourceTag/"+key, iamtypes.ContextKeyTypeEnumString, v.node.tags[key]))
	}
	own := append(slices.Clone(context), entry("ssm:resourceTag/aws:ssmmessages:session-id", iamtypes.ContextKeyTypeEnumString, v.userID))
	session := fmt.Sprintf("arn:%s:ssm:%s:%s:session/%s-doctor", v.partition, v.cfg.Region, v.account, v.caller[strings.LastIndex(v.caller, "/")+1:])
	if strings.Contains(v.caller, ":user/") {
		own = append(own, entry("aws:username", iamtypes.ContextKeyTypeEnumString, v.caller[strings.LastIndex(v.caller, "/")+1:]))
	}
	return []question{
		{[]string{"ssm:StartSession"}, v.node.arn, tagged},
		{[]string{"ssm:StartSession"}, fmt.Sprintf("arn:%s:ssm:%s::document/%s", v.partition, v.cfg.Region, document), context},
		{[]string{"ssm:ResumeSession", "ssm:TerminateSession"}, session, own},
	}
}

// principal is what IAM can simulate for the caller; "" is the root user.
func (v *visit) principal(ctx context.Context) (string, error) {
	switch _, what, _ := strings.Cut(v.caller, v.account+":"); {
	case what == "root":
		return "", nil
	case strings.HasPrefix(what, "user/"):
		return v.caller, nil
	case strings.HasPrefix(what, "assumed-role/"):
		// Only IAM knows the path of a role.
		name := strings.Split(what, "/")[1]
		out, err := iam.NewFromConfig(v.cfg).GetRole(ctx, &iam.GetRoleInput{RoleName: &name})
		if err != nil {
			return "", err
		}
		return aws.ToString(out.Role.Arn), nil
	}
	return "", errors.New("it is neither a user nor a role")
}
