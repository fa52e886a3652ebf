package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"safeguard/internal/audit/awsfake"
	"safeguard/internal/tftest"
	"safeguard/internal/tunnel"
)

const frankfurt = "eu-central-1"

var place = awsfake.Place{Account: "111111111111", Region: frankfurt}

const host = "clinic.c0.eu-central-1.rds.amazonaws.com"

// healthy is a world in which every check is ok.
func healthy() *awsfake.World {
	endpoint := func(service string) *awsfake.Endpoint {
		return &awsfake.Endpoint{ID: "vpce-" + service, VPC: "vpc-1", Service: service, State: "available", Groups: []string{"sg-endpoints"}}
	}
	return &awsfake.World{
		Account: place.Account,
		IAM: awsfake.IAM{
			Caller:   "arn:aws:sts::111111111111:assumed-role/AWSReservedSSO_Dev_1/ana@example.com",
			Profiles: map[string]string{"bastion": "bastion-role"}, Paths: map[string]string{"AWSReservedSSO_Dev_1": "aws-reserved/sso.amazonaws.com"},
			Denies: map[string][]string{}, Unclear: map[string][]string{}, Attached: map[string][]string{},
		},
		Places: map[awsfake.Place]*awsfake.Contents{place: {Network: awsfake.Network{
			VPCs: []awsfake.VPC{{ID: "vpc-1", CIDR: "10.0.0.0/16"}},
			Instances: []*awsfake.Instance{{
				ID: "i-1", State: "running", VPC: "vpc-1", Subnet: "subnet-1", Private: "10.0.1.5", Profile: "arn:aws:iam::111111111111:instance-profile/bastion",
				Groups: []string{"sg-bastion"}, Tags: map[string]string{"Name": "bastion"},
			}},
			Agents: []*awsfake.Agent{{Instance: "i-1", Version: "3.3.1142.0", Ping: "Online", LastPing: time.Unix(1764000000, 0)}},
			Groups: []*awsfake.Group{
				{ID: "sg-bastion", VPC: "vpc-1", Out: []awsfake.Permission{{Any: true, CIDR: "0.0.0.0/0"}}},
				{ID: "sg-db", VPC: "vpc-1", In: []awsfake.Permission{{From: 5432, To: 5432, Group: "sg-bastion"}}},
				{ID: "sg-endpoints", VPC: "vpc-1", In: []awsfake.Permission{{From: 443, To: 443, CIDR: "10.0.0.0/16"}}},
			},
			Endpoints: []*awsfake.Endpoint{endpoint("ssm"), endpoint("ssmmessages")},
			Routes:    []*awsfake.RouteTable{{ID: "rtb-main", VPC: "vpc-1", NoDefault: true}, {ID: "rtb-1", VPC: "vpc-1", Subnet: "subnet-1", NoDefault: true}},
			Databases: []*awsfake.Database{{ID: "clinic", Engine: "postgres", Host: host, Port: 5432, VPC: "vpc-1", Groups: []string{"sg-db"}}},
			Interfaces: []*awsfake.Interface{
				{ID: "eni-db", VPC: "vpc-1", Private: "10.0.2.9", Groups: []string{"sg-db"}},
				{ID: "eni-task", VPC: "vpc-1", Subnet: "subnet-1", Private: "10.0.1.7", Groups: []string{"sg-bastion"}},
			},
			Tasks: []*awsfake.Task{{
				Cluster: "my_apps", Service: "api", ID: "t1", Container: "app", Runtime: "t1-1", Agent: "RUNNING", Status: "RUNNING",
				Role: "arn:aws:iam::111111111111:role/task-role", Interface: "eni-task",
			}},
		}}},
	}
}

// A scene is a world with something in it that is broken, or odd.
type scene struct {
	name    string
	change  func(*awsfake.World, *awsfake.Network)
	spec    func(*tunnel.Spec)
	lookup  error
	load    error
	check   string // that has the verdict
	verdict Verdict
	says    string
	fix     string // in the Terraform
}

const bastionRole = "arn:aws:iam::111111111111:role/bastion-role"
const ssoRole = "arn:aws:iam::111111111111:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_1"

func refuse(calls ...string) func(*awsfake.World, *awsfake.Network) {
	return func(w *awsfake.World, _ *awsfake.Network) {
		w.Refused = map[string]bool{}
		for _, c := range calls {
			w.Refused[c] = true
		}
	}
}

func network(change func(*awsfake.Network)) func(*awsfake.World, *awsfake.Network) {
	return func(_ *awsfake.World, n *awsfake.Network) { change(n) }
}

func literal(h string) func(*tunnel.Spec) {
	return func(s *tunnel.Spec) { s.To = tunnel.To{Host: h, Port: 5432} }
}

var scenes = []scene{
	{name: "no profile", load: errors.New("the AWS configuration has no profile \"x\"\nhint: profiles are in ~/.aws/config"), check: "credentials", verdict: Change, says: "no profile"},
	{name: "nothing after no profile", load: errors.New("no"), check: "dns", verdict: Undecided, says: noCredentials},
	{name: "expired", change: func(w *awsfake.World, _ *awsfake.Network) { w.Expired = map[string]bool{"AKIAOWN": true} }, check: "credentials", verdict: Change, says: "expired"},

	{name: "region not enabled", change: network(func(n *awsfake.Network) { n.OptIn = "not-opted-in" }), check: "region", verdict: Change, says: "not enabled", fix: "aws_account_region"},
	{name: "region not told", change: refuse("ec2:DescribeRegions"), check: "region", verdict: Undecided, says: "not authorized"},

	{name: "no instance", change: network(func(n *awsfake.Network) { n.Instances = nil }), check: "instance", verdict: Change, says: "has the tag Name=bastion", fix: "aws_instance"},
	{name: "no instance of that id", spec: func(s *tunnel.Spec) { s.Via = tunnel.Via{Target: "i-2"} }, check: "instance", verdict: Change, says: "there is no instance i-2", fix: "aws_instance"},
	{name: "stopped", change: network(func(n *awsfake.Network) { n.Instances[0].State = "stopped" }), check: "instance", verdict: Change, says: "i-1 (bastion) is stopped", fix: "aws_ec2_instance_state"},
	{name: "instances not told", change: refuse("ec2:DescribeInstances"), check: "instance", verdict: Undecided, says: "UnauthorizedOperation"},
	{name: "hybrid", spec: func(s *tunnel.Spec) { s.Via = tunnel.Via{Target: "mi-1"} }, check: "instance", verdict: Undecided, says: "no instance of EC2"},
	{name: "nothing after no instance", change: network(func(n *awsfake.Network) { n.Instances = nil }), check: "security-group", verdict: Undecided, says: noNode},

	{name: "not registered", change: network(func(n *awsfake.Network) { n.Agents = nil }), check: "ssm-agent", verdict: Change, says: "never heard of i-1"},
	{name: "offline", change: network(func(n *awsfake.Network) { n.Agents[0].Ping = "ConnectionLost" }), check: "ssm-agent", verdict: Change, says: "ConnectionLost"},
	{name: "old agent", change: network(func(n *awsfake.Network) { n.Agents[0].Version = "3.0.196.0" }), check: "ssm-agent", verdict: Change, says: "one connection at a time", fix: "aws_ssm_association"},
	{name: "odd version", change: network(func(n *awsfake.Network) { n.Agents[0].Version = "latest" }), check: "ssm-agent", verdict: Undecided, says: "cannot be compared"},

	{name: "no instance profile", change: network(func(n *awsfake.Network) { n.Instances[0].Profile = "" }), check: "instance-profile", verdict: Change, says: "has no instance profile", fix: "aws_iam_instance_profile"},
	{name: "host management", change: network(func(n *awsfake.Network) {
		n.Instances[0].Profile, n.HostManagement = "", "AWSSystemsManagerDefaultEC2InstanceManagementRole"
	}), check: "instance-profile", verdict: OK, says: "Default Host Management"},
	{name: "profile without role", change: func(w *awsfake.World, _ *awsfake.Network) { w.IAM.Profiles["bastion"] = "" }, check: "instance-profile", verdict: Change, says: "has no role", fix: "aws_iam_role"},
	{name: "role lacks permission", change: func(w *awsfake.World, _ *awsfake.Network) {
		w.IAM.Denies[bastionRole] = []string{"ssmmessages:OpenDataChannel"}
	}, check: "instance-profile", verdict: Change, says: "may not ssmmessages:OpenDataChannel", fix: "AmazonSSMManagedInstanceCore"},
	{name: "role turns on a condition", change: func(w *awsfake.World, _ *awsfake.Network) {
		w.IAM.Unclear[bastionRole] = []string{"ssm:UpdateInstanceInformation"}
	}, check: "instance-profile", verdict: Undecided, says: "aws:SourceVpc"},
	{name: "no simulation", change: refuse("iam:SimulatePrincipalPolicy"), check: "instance-profile", verdict: Undecided, says: "AccessDenied"},
	{name: "no simulation, but AWS's policy", change: func(w *awsfake.World, n *awsfake.Network) {
		refuse("iam:SimulatePrincipalPolicy")(w, n)
		w.IAM.Attached["bastion-role"] = []string{"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"}
	}, check: "instance-profile", verdict: Undecided, says: "enough unless something denies it"},

	{name: "no endpoints, no route", change: network(func(n *awsfake.Network) { n.Endpoints = nil }), check: "vpc-endpoints", verdict: Change, says: "no way to ssm, ssmmessages", fix: "aws_vpc_endpoint"},
	{name: "one endpoint is missing", change: network(func(n *awsfake.Network) { n.Endpoints = n.Endpoints[:1] }), check: "vpc-endpoints", verdict: Change, says: "no way to ssmmessages:", fix: `toset(["ssmmessages"])`},
	{name: "older agent needs ec2messages", change: network(func(n *awsfake.Network) { n.Agents[0].Version = "3.2.0.0" }), check: "vpc-endpoints", verdict: Change, says: "no way to ec2messages"},
	{name: "NAT", change: network(func(n *awsfake.Network) {
		n.Endpoints, n.Routes[1] = nil, &awsfake.RouteTable{ID: "rtb-1", VPC: "vpc-1", Subnet: "subnet-1", NAT: "nat-1"}
	}), check: "vpc-endpoints", verdict: OK, says: "by nat-1"},
	{name: "main table", change: network(func(n *awsfake.Network) {
		n.Endpoints, n.Routes = nil, []*awsfake.RouteTable{{ID: "rtb-main", VPC: "vpc-1", NAT: "nat-2"}}
	}), check: "vpc-endpoints", verdict: OK, says: "by nat-2"},
	{name: "NAT is gone", change: network(func(n *awsfake.Network) {
		n.Endpoints, n.Routes[1] = nil, &awsfake.RouteTable{ID: "rtb-1", VPC: "vpc-1", Subnet: "subnet-1", NAT: "nat-1", Blackhole: true}
	}), check: "vpc-endpoints", verdict: Change, says: "leads nowhere"},
	{name: "internet gateway without address", change: network(func(n *awsfake.Network) {
		n.Endpoints, n.Routes[1] = nil, &awsfake.RouteTable{ID: "rtb-1", VPC: "vpc-1", Subnet: "subnet-1", Gateway: "igw-1"}
	}), check: "vpc-endpoints", verdict: Change, says: "public addresses alone"},
	{name: "internet gateway", change: network(func(n *awsfake.Network) {
		n.Endpoints, n.Routes[1] = nil, &awsfake.RouteTable{ID: "rtb-1", VPC: "vpc-1", Subnet: "subnet-1", Gateway: "igw-1"}
		n.Instances[0].Public = "203.0.113.1"
	}), check: "vpc-endpoints", verdict: OK, says: "by igw-1"},
	{name: "transit gateway", change: network(func(n *awsfake.Network) {
		n.Endpoints, n.Routes[1] = nil, &awsfake.RouteTable{ID: "rtb-1", VPC: "vpc-1", Subnet: "subnet-1", Transit: "tgw-1"}
	}), check: "vpc-endpoints", verdict: Undecided, says: "tgw-1"},
	{name: "endpoint lets nobody in", change: network(func(n *awsfake.Network) { n.Groups[2].In = nil }), check: "vpc-endpoints", verdict: Change, says: "sg-endpoints of vpce-ssm lets nothing in", fix: "aws_vpc_security_group_ingress_rule"},
	{name: "endpoint is being made", change: network(func(n *awsfake.Network) { n.Endpoints[0].State = "pending" }), check: "vpc-endpoints", verdict: Undecided, says: "pending"},
	{name: "endpoint without private DNS", change: network(func(n *awsfake.Network) { n.Endpoints[0].NoPrivateDNS = true }), check: "vpc-endpoints", verdict: Change, says: "no way to ssm:"},
	{name: "nothing may leave", change: network(func(n *awsfake.Network) {
		n.Groups[0].Out = []awsfake.Permission{{From: 5432, To: 5432, CIDR: "0.0.0.0/0"}}
	}), check: "vpc-endpoints", verdict: Change, says: "sg-bastion of i-1 (bastion) lets no TCP out"},

	{name: "no document", change: network(func(n *awsfake.Network) { n.NoDocuments = true }), check: "permissions", verdict: Change, says: "AWS-StartPortForwardingSessionToRemoteHost is not in"},
	{name: "no permission", change: func(w *awsfake.World, _ *awsfake.Network) { w.IAM.Denies[ssoRole] = []string{"ssm:StartSession"} }, check: "permissions", verdict: Change, says: "may not ssm:StartSession on arn:aws:ec2:eu-central-1:111111111111:instance/i-1, nor", fix: "aws_ssoadmin_permission_set_inline_policy"},
	{name: "no permission to resume", change: func(w *awsfake.World, _ *awsfake.Network) {
		w.IAM.Caller = "arn:aws:iam::111111111111:user/ana"
		w.IAM.Denies[w.IAM.Caller] = []string{"ssm:ResumeSession"}
	}, check: "permissions", verdict: Change, says: "may not ssm:ResumeSession", fix: "aws_iam_user_policy"},
	{name: "a role without permission", change: func(w *awsfake.World, _ *awsfake.Network) {
		w.IAM.Caller = "arn:aws:sts::111111111111:assumed-role/dev/ana"
		w.IAM.Denies["arn:aws:iam::111111111111:role/dev"] = []string{"ssm:TerminateSession"}
	}, check: "permissions", verdict: Change, says: "may not ssm:TerminateSession", fix: "aws_iam_role_policy"},
	{name: "permission turns on a condition", change: func(w *awsfake.World, _ *awsfake.Network) { w.IAM.Unclear[ssoRole] = []string{"ssm:StartSession"} }, check: "permissions", verdict: Undecided, says: "depends on aws:SourceVpc"},
	{name: "permissions not told", change: refuse("iam:GetRole"), check: "permissions", verdict: Undecided, says: "AccessDenied"},
	{name: "root", change: func(w *awsfake.World, _ *awsfake.Network) { w.IAM.Caller = "arn:aws:iam::111111111111:root" }, check: "permissions", verdict: OK, says: "root"},

	{name: "no such database", spec: func(s *tunnel.Spec) { s.To.RDS = "clinik" }, check: "security-group", verdict: Change, says: "seen: clinic"},
	{name: "database lets nobody in", change: network(func(n *awsfake.Network) { n.Groups[1].In = nil }), check: "security-group", verdict: Change, says: "lets nothing in at port 5432", fix: "aws_vpc_security_group_ingress_rule"},
	{name: "another port", change: network(func(n *awsfake.Network) { n.Groups[1].In[0].From, n.Groups[1].In[0].To = 3306, 3306 }), check: "security-group", verdict: Change, says: "lets nothing in"},
	{name: "by address", change: network(func(n *awsfake.Network) {
		n.Groups[1].In = []awsfake.Permission{{From: 0, To: 65535, CIDR: "10.0.1.0/24"}}
	}), check: "security-group", verdict: OK, says: "open"},
	{name: "another address", change: network(func(n *awsfake.Network) {
		n.Groups[1].In = []awsfake.Permission{{From: 0, To: 65535, CIDR: "10.9.0.0/24"}}
	}), check: "security-group", verdict: Change, says: "lets nothing in"},
	{name: "prefix list", change: network(func(n *awsfake.Network) { n.Groups[1].In = []awsfake.Permission{{From: 5432, To: 5432, List: "pl-1"}} }), check: "security-group", verdict: Undecided, says: "prefix lists"},
	{name: "does not leave", change: network(func(n *awsfake.Network) {
		n.Groups[0].Out = []awsfake.Permission{{From: 443, To: 443, CIDR: "0.0.0.0/0"}}
	}), check: "security-group", verdict: Change, says: "lets no TCP out to " + host, fix: "aws_vpc_security_group_egress_rule"},
	{name: "another VPC", change: network(func(n *awsfake.Network) { n.Databases[0].VPC = "vpc-2" }), check: "security-group", verdict: Undecided, says: "vpc-2"},
	{name: "literal address", spec: literal("10.0.2.9"), check: "security-group", verdict: OK, says: "from sg-bastion to sg-db"},
	{name: "unknown address", spec: literal("10.0.2.10"), check: "security-group", verdict: Undecided, says: "is not known"},
	{name: "does not leave for an unknown address", spec: literal("10.0.2.10"), change: network(func(n *awsfake.Network) { n.Groups[0].Out = nil }), check: "security-group", verdict: Change, says: "lets no TCP out", fix: "10.0.2.10/32"},
	{name: "does not leave for an unknown name", spec: literal("db.internal"), lookup: &net.DNSError{IsNotFound: true}, change: network(func(n *awsfake.Network) { n.Groups[0].Out = nil }), check: "security-group", verdict: Change, says: "lets no TCP out", fix: "var.database_cidr"},
	{name: "port of the target", spec: literal("localhost"), check: "security-group", verdict: OK, says: "of the target itself"},
	{name: "groups not told", change: refuse("ec2:DescribeSecurityGroups"), check: "security-group", verdict: Undecided, says: "UnauthorizedOperation"},

	{name: "no DNS", change: network(func(n *awsfake.Network) { n.VPCs[0].NoDNS = true }), check: "dns", verdict: Change, says: "DNS support is off", fix: "enable_dns_support   = true"},
	{name: "no such name of AWS", lookup: &net.DNSError{IsNotFound: true}, check: "dns", verdict: Change, says: "nobody knows"},
	{name: "no such name here", spec: literal("db.internal"), lookup: &net.DNSError{IsNotFound: true, Err: "no such host"}, check: "dns", verdict: Undecided, says: "a zone of the VPC may have it"},
	{name: "resolver is away", lookup: errors.New("timeout"), check: "dns", verdict: Undecided, says: "timeout"},
	{name: "other name", spec: literal("db.internal"), check: "dns", verdict: Undecided, says: "whether the instance is told the same"},
	{name: "address", spec: literal("10.0.2.9"), check: "dns", verdict: OK, says: "is an address"},

	{name: "task", spec: task("ecs:my_apps_t1_t1-1"), check: "instance", verdict: OK, says: "agent in container app"},
	{name: "service", spec: func(s *tunnel.Spec) { s.Via = tunnel.Via{Cluster: "my_apps", Service: "api"} }, check: "security-group", verdict: OK, says: "open"},
	{name: "task without agent", spec: task("ecs:my_apps_t1_t1-1"), change: network(func(n *awsfake.Network) { n.Tasks[0].Agent = "" }), check: "instance", verdict: Change, says: "not enabled", fix: "ssmmessages:OpenDataChannel"},
	{name: "service without agent", spec: func(s *tunnel.Spec) { s.Via = tunnel.Via{Cluster: "my_apps", Service: "api"} }, change: network(func(n *awsfake.Network) { n.Tasks[0].Agent = "" }), check: "instance", verdict: Change, says: "no container", fix: `aws_ecs_service "api"`},
	{name: "no task", spec: task("ecs:my_apps_t9_t9-1"), check: "instance", verdict: Change, says: "has no task t9"},
	{name: "task has ended", spec: task("ecs:my_apps_t1_t1-1"), change: network(func(n *awsfake.Network) { n.Tasks[0].Status = "STOPPED" }), check: "instance", verdict: Change, says: "STOPPED"},
	{name: "other runtime", spec: task("ecs:my_apps_t1_t1-9"), check: "instance", verdict: Change, says: "no container of task t1"},
	{name: "task role", spec: task("ecs:my_apps_t1_t1-1"), change: func(w *awsfake.World, _ *awsfake.Network) {
		w.IAM.Denies["arn:aws:iam::111111111111:role/task-role"] = []string{"ssmmessages:CreateDataChannel"}
	}, check: "instance-profile", verdict: Change, says: "task-role may not", fix: "aws_iam_role_policy_attachment"},
	{name: "no task role", spec: task("ecs:my_apps_t1_t1-1"), change: network(func(n *awsfake.Network) { n.Tasks[0].Role = "" }), check: "instance-profile", verdict: Change, says: "has no task role", fix: "aws_iam_policy"},
	{name: "task needs one endpoint", spec: task("ecs:my_apps_t1_t1-1"), check: "vpc-endpoints", verdict: OK, says: "ssmmessages by vpce-ssmmessages"},
}

func task(target string) func(*tunnel.Spec) {
	return func(s *tunnel.Spec) { s.Via = tunnel.Via{Target: target} }
}

func (s scene) run(t *testing.T) []Finding {
	t.Helper()
	w := healthy()
	if s.change != nil {
		s.change(w, &w.Places[place].Network)
	}
	srv := httptest.NewServer(w)
	defer srv.Close()
	opts := Options{
		Spec: tunnel.Spec{Via: tunnel.Via{Tag: tunnel.Tag{Key: "Name", Value: "bastion"}}, To: tunnel.To{RDS: "clinic"}},
		Load: func(context.Context) (aws.Config, error) {
			return aws.Config{Region: frankfurt, BaseEndpoint: &srv.URL, Credentials: credentials.NewStaticCredentialsProvider("AKIAOWN", "secret", ""), RetryMaxAttempts: 1}, s.load
		},
		LookupHost: func(context.Context, string) ([]string, error) { return []string{"10.0.2.9"}, s.lookup },
	}
	if s.spec != nil {
		s.spec(&opts.Spec)
	}
	var all []Finding
	if err := Run(t.Context(), opts, func(f Finding) error { all = append(all, f); return nil }); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestHealthy(t *testing.T) {
	t.Parallel()
	all := scene{}.run(t)
	if len(all) != len(Checks()) {
		t.Fatalf("got %d findings, want %d", len(all), len(Checks()))
	}
	for i, f := range all {
		if f.Verdict != OK || f.Check != Checks()[i] || f.Do != "" || f.Terraform != "" || f.Detail == "" {
			t.Errorf("got %+v, want that %s is ok", f, Checks()[i])
		}
	}
}

// TestScenes breaks one thing after another. What Terraform is proposed is then
// validated as a whole by terraform itself.
func TestScenes(t *testing.T) {
	t.Parallel()
	var proposed []string
	for _, s := range scenes {
		for _, f := range s.run(t) {
			if f.Terraform != "" {
				proposed = append(proposed, f.Terraform)
			}
			if f.Verdict == Change && f.Do == "" || f.Verdict != Change && f.Do+f.Terraform != "" {
				t.Errorf("%s: %+v does not say what to do, or does though nothing is to be done", s.name, f)
			}
			if f.Check == s.check && (f.Verdict != s.verdict || !strings.Contains(f.Detail, s.says) || !strings.Contains(f.Terraform, s.fix)) {
				t.Errorf("%s: %s: got %s %q\n%s\nwant %s with %q and %q", s.name, f.Check, f.Verdict, f.Detail, f.Terraform, s.verdict, s.says, s.fix)
			}
			if strings.ContainsAny(f.Detail, "\n") {
				t.Errorf("%s: %s: %q has several lines", s.name, f.Check, f.Detail)
			}
		}
	}
	t.Run("terraform", func(t *testing.T) { validate(t, proposed) })
}

// validate asks terraform whether each text is a valid configuration: each is a
// module of one root.
func validate(t *testing.T, texts []string) {
	t.Helper()
	tf := tftest.Open(t)
	dir := t.TempDir()
	root := "provider \"aws\" {\n  region = \"eu-central-1\"\n}\n"
	seen := map[string]bool{}
	for _, text := range texts {
		if seen[text] {
			continue
		}
		seen[text] = true
		name := fmt.Sprintf("m%d", len(seen))
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
		arguments := ""
		for _, variable := range []string{"bastion_subnet_id", "database_cidr"} {
			if strings.Contains(text, "variable \""+variable+"\"") {
				arguments += "\n  " + variable + " = \"x\""
			}
		}
		text, imported := withoutImports(text)
		if imported {
			root += "# its import block stands in a root\n"
		}
		if err := os.WriteFile(filepath.Join(dir, name, "main.tf"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		root += fmt.Sprintf("module %q {\n  source = \"./%s\"%s\n}\n", name, name, arguments)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(root), 0o644); err != nil {
		t.Fatal(err)
	}
	tf.Init(t, dir)
	tf.Validate(t, dir)
}

// withoutImports leaves out import blocks, which modules may not have.
func withoutImports(text string) (string, bool) {
	start := strings.Index(text, "import {")
	if start < 0 {
		return text, false
	}
	end := start + strings.Index(text[start:], "}\n") + 2
	return text[:start] + text[end:], true
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err := Run(ctx, Options{Load: func(context.Context) (aws.Config, error) { return aws.Config{}, ctx.Err() }}, func(Finding) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that it was interrupted", err)
	}
}

func TestAfter(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{"3.0.196.0": false, "3.0.196.1": true, "3.1.0.0": true, "2.9.999.9": false, "10.0.0.0": true, "3.0.196": false} {
		if got, err := after(version, multiplexes); err != nil || got != want {
			t.Errorf("%s: got %v, %v, want %v", version, got, err, want)
		}
	}
}
