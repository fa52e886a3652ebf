package tunnel

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// Permissions says what a policy is for: the tags of the instances, the targets
// and services that tunnels go through, and what is looked up on the way.
type Permissions struct {
	Region     string // tells the partition of AWS; "" is the commercial one
	Tags       []Tag
	Instances  []string // ids
	Services   bool     // tasks of ECS, found by their service
	Tasks      bool     // tasks of ECS
	Remote     bool     // hosts behind the target
	Local      bool     // ports of the target itself
	RDS        bool
	Caches     bool
	OpenSearch bool
}

// PermissionsFor is what the specs need together.
func PermissionsFor(specs []Spec) Permissions {
	var p Permissions
	for _, s := range specs {
		switch via := s.Via; {
		case via.Service != "":
			p.Services, p.Tasks = true, true
		case strings.HasPrefix(via.Target, "ecs:"):
			p.Tasks = true
		case via.Target != "" && !slices.Contains(p.Instances, via.Target):
			p.Instances = append(p.Instances, via.Target)
		case via.Tag.Key != "" && !slices.Contains(p.Tags, via.Tag):
			p.Tags = append(p.Tags, via.Tag)
		}
		p.RDS = p.RDS || s.To.RDS != ""
		p.Caches = p.Caches || s.To.ElastiCache != ""
		p.OpenSearch = p.OpenSearch || s.To.OpenSearch != ""
		remote := s.To.Discovers() || !local(s.To.Host)
		p.Remote, p.Local = p.Remote || remote, p.Local || !remote
	}
	return p
}

// A policy is an IAM policy.
type policy struct {
	Version   string
	Statement []statement
}

type statement struct {
	Sid       string
	Effect    string
	Action    []string
	Resource  []string
	Condition map[string]map[string][]string `json:",omitempty"`
}

// policy is the least that the tunnels need. Sessions are the caller's own alone:
// AWS tags each with the id of the user or role session that began it, and names
// it after the user.
//
// https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-examples.html
func (p Permissions) policy() policy {
	var all []statement
	add := func(sid string, actions, resources []string, condition map[string]map[string][]string) {
		all = append(all, statement{sid, "Allow", actions, resources, condition})
	}
	start := []string{"ssm:StartSession"}
	// Without the check, AWS would let the default document through unasked.
	checked := map[string][]string{"ssm:SessionDocumentAccessCheck": {"true"}}
	for i, t := range p.Tags {
		add(numbered("StartSessionByTag", i), start, []string{"arn:aws:ec2:*:*:instance/*"}, map[string]map[string][]string{
			"StringEquals": {"ssm:resourceTag/" + t.Key: {t.Value}}, "BoolIfExists": checked,
		})
	}
	if len(p.Instances) > 0 {
		var arns []string
		for _, id := range p.Instances {
			kind := "arn:aws:ec2:*:*:instance/"
			if strings.HasPrefix(id, "mi-") {
				kind = "arn:aws:ssm:*:*:managed-instance/"
			}
			arns = append(arns, kind+id)
		}
		add("StartSession", start, arns, map[string]map[string][]string{"BoolIfExists": checked})
	}
	if p.Tasks {
		add("StartSessionInTask", start, []string{"arn:aws:ecs:*:*:task/*"}, map[string]map[string][]string{"BoolIfExists": checked})
	}
	var documents []string
	if p.Remote {
		documents = append(documents, "arn:aws:ssm:*::document/"+RemoteDocument)
	}
	if p.Local {
		documents = append(documents, "arn:aws:ssm:*::document/"+LocalDocument)
	}
	add("PortForwardingAlone", start, documents, nil)
	own := []string{"ssm:ResumeSession", "ssm:TerminateSession"}
	add("OwnSessions", own, []string{"arn:aws:ssm:*:*:session/*"}, map[string]map[string][]string{
		"StringLike": {"ssm:resourceTag/aws:ssmmessages:session-id": {"${aws:userid}"}},
	})
	add("OwnSessionsOfUsers", own, []string{"arn:aws:ssm:*:*:session/${aws:username}-*"}, nil)
	add("OwnDataChannels", []string{"ssmmessages:OpenDataChannel"}, []string{"arn:aws:ssm:*:*:session/${aws:userid}-*"}, nil)
	add("OwnDataChannelsOfUsers", []string{"ssmmessages:OpenDataChannel"}, []string{"arn:aws:ssm:*:*:session/${aws:username}-*"}, nil)
	if look := p.lookups(); len(look) > 0 {
		add("Look", look, []string{"*"}, nil)
	}
	for _, s := range all {
		for i, arn := range s.Resource {
			s.Resource[i] = strings.Replace(arn, "arn:aws:", "arn:"+partition(p.Region)+":", 1)
		}
	}
	return policy{"2012-10-17", all}
}

// partition is that of a region.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// numbered makes the first sid plain and the others unique.
func numbered(sid string, i int) string {
	if i == 0 {
		return sid
	}
	return fmt.Sprintf("%s%d", sid, i+1)
}

// lookups are the actions that find things; AWS takes no resources for most.
func (p Permissions) lookups() []string {
	var actions []string
	for _, a := range []struct {
		needed  bool
		actions []string
	}{
		{len(p.Tags) > 0, []string{"ec2:DescribeInstances", "ssm:DescribeInstanceInformation"}},
		{p.Services, []string{"ecs:DescribeTasks", "ecs:ListTasks"}},
		{p.RDS, []string{"rds:DescribeDBClusters", "rds:DescribeDBInstances"}},
		{p.Caches, []string{"elasticache:DescribeCacheClusters", "elasticache:DescribeReplicationGroups", "elasticache:DescribeServerlessCaches"}},
		{p.OpenSearch, []string{"es:DescribeDomain", "es:ListDomainNames"}},
	} {
		if a.needed {
			actions = append(actions, a.actions...)
		}
	}
	slices.Sort(actions)
	return actions
}

// JSON writes the policy as IAM takes it.
func (p Permissions) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(p.policy())
}

// Terraform writes the policy as a permission set of IAM Identity Center.
func (p Permissions) Terraform(w io.Writer) error {
	_, err := io.WriteString(w, p.Document("safeguard_tunnel")+`
data "aws_ssoadmin_instances" "this" {}

resource "aws_ssoadmin_permission_set" "safeguard_tunnel" {
  name         = "DatabaseTunnel"
  description  = "Port forwarding to private databases"
  instance_arn = tolist(data.aws_ssoadmin_instances.this.arns)[0]
}

resource "aws_ssoadmin_permission_set_inline_policy" "safeguard_tunnel" {
  inline_policy      = data.aws_iam_policy_document.safeguard_tunnel.json
  instance_arn       = aws_ssoadmin_permission_set.safeguard_tunnel.instance_arn
  permission_set_arn = aws_ssoadmin_permission_set.safeguard_tunnel.arn
}
`)
	return err
}

// Document is the policy as a data source of Terraform.
func (p Permissions) Document(name string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "data \"aws_iam_policy_document\" %q {\n", name)
	for i, s := range p.policy().Statement {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "  statement {\n    sid       = %q\n    actions   = %s\n    resources = %s\n", s.Sid, list(s.Action), list(s.Resource))
		for _, test := range sorted(s.Condition) {
			for _, variable := range sorted(s.Condition[test]) {
				fmt.Fprintf(&b, "\n    condition {\n      test     = %q\n      variable = %q\n      values   = %s\n    }\n", test, variable, list(s.Condition[test][variable]))
			}
		}
		b.WriteString("  }\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// list is a list of strings in Terraform's language. A policy document writes
// variables of IAM with & where JSON has $.
func list(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = fmt.Sprintf("%q", strings.NewReplacer("${aws:", "&{aws:").Replace(v))
	}
	if len(quoted) == 1 {
		return "[" + quoted[0] + "]"
	}
	return "[\n      " + strings.Join(quoted, ",\n      ") + ",\n    ]"
}

func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
