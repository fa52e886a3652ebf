package doctor

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"

	"safeguard/internal/tunnel"
)

// Versions of the agent: the first that serves several connections side by side
// comes after multiplexes; from messagesAlone on it does without ec2messages.
var (
	multiplexes   = []int{3, 0, 196, 0}
	messagesAlone = []int{3, 3, 40, 0}
)

func agent(ctx context.Context, v *visit) Finding {
	switch {
	case !v.in:
		return undecided(noCredentials)
	case v.node != nil && v.node.task:
		return ok("it comes with ECS Exec")
	}
	id := v.Spec.Via.Target // mi-…
	if v.node != nil {
		id = v.node.target
	}
	if id == "" {
		return undecided(noNode)
	}
	agents, err := tunnel.Agents(ctx, v.cfg, []string{id})
	if err != nil {
		return denied("ask for the agent of "+id, err)
	}
	a, registered := agents[id]
	if !registered {
		return change(fmt.Sprintf("Systems Manager has never heard of %s", id),
			"the agent has to be installed and running (Amazon Linux and Ubuntu have it), allowed to register, and able to reach AWS: see the next checks", "")
	}
	v.agent = &a
	version := aws.ToString(a.AgentVersion)
	if a.PingStatus != ssmtypes.PingStatusOnline {
		return change(fmt.Sprintf("the agent %s of %s is %s, last heard of %s", version, id, a.PingStatus, aws.ToTime(a.LastPingDateTime).UTC().Format(time.DateTime)),
			"restart the agent, or the instance, if the next checks find nothing", "")
	}
	switch newer, err := after(version, multiplexes); {
	case err != nil:
		return undecided("the agent of %s is online; its version %q cannot be compared", id, version)
	case !newer:
		return change(fmt.Sprintf("the agent %s of %s is online, and serves one connection at a time", version, id),
			"update it to a version after 3.0.196.0", updateAgent(id))
	}
	return ok("version %s is online", version)
}

// after reports whether a version comes after another.
func after(version string, than []int) (bool, error) {
	for i, part := range strings.Split(version, ".") {
		n, err := strconv.Atoi(part)
		if err != nil {
			return false, err
		}
		if i >= len(than) {
			break
		}
		if n != than[i] {
			return n > than[i], nil
		}
	}
	return false, nil
}

// needs are what an agent has to be allowed to do.
func (v *visit) needs() []string {
	channels := []string{"ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"}
	if v.node.task {
		return channels
	}
	return append(channels, "ssm:UpdateInstanceInformation")
}

func profile(ctx context.Context, v *visit) Finding {
	switch {
	case !v.in:
		return undecided(noCredentials)
	case v.node == nil:
		return undecided(noNode)
	case v.node.task && v.node.role == "":
		return change(v.node.name+" has no task role, or it cannot be read", "give the task a role with these permissions", taskRole(v.needs()))
	case !v.node.task && v.instance.IamInstanceProfile == nil:
		return v.hostManagement(ctx)
	}
	client := iam.NewFromConfig(v.cfg)
	if !v.node.task {
		arn := aws.ToString(v.instance.IamInstanceProfile.Arn)
		name := arn[strings.LastIndex(arn, "/")+1:]
		out, err := client.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: &name})
		if err != nil {
			return denied("read the instance profile "+name, err)
		}
		if out.InstanceProfile == nil || len(out.InstanceProfile.Roles) == 0 {
			return change("the instance profile "+name+" has no role", "give it one", instanceRole(name))
		}
		v.node.role = aws.ToString(out.InstanceProfile.Roles[0].Arn)
	}
	role := v.node.role[strings.LastIndex(v.node.role, "/")+1:]
	sim, err := simulate(ctx, client, v.node.role, v.needs(), nil, nil)
	if err != nil {
		return v.attached(ctx, client, role, err)
	}
	if len(sim.denied) > 0 {
		return change(fmt.Sprintf("the role %s may not %s", role, strings.Join(sim.denied, ", ")), "allow it", attachCore(role, v.node.task, v.needs()))
	}
	if len(sim.unclear) > 0 {
		return undecided("whether the role %s may %s depends on %s", role, strings.Join(sim.unclear, ", "), strings.Join(sim.missing, ", "))
	}
	return ok("the role %s has what the agent needs", role)
}

// attached looks for AWS's own policy on the role, where the caller may not
// simulate.
func (v *visit) attached(ctx context.Context, client *iam.Client, role string, cause error) Finding {
	policies, err := tunnel.Pages(func(token *string) ([]iamtypes.AttachedPolicy, *string, error) {
		page, err := client.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: &role, Marker: token})
		if err != nil {
			return nil, nil, err
		}
		return page.AttachedPolicies, page.Marker, nil
	})
	if err != nil {
		return denied("simulate the role "+role, errors.Join(cause, err))
	}
	for _, policy := range policies {
		if strings.HasSuffix(aws.ToString(policy.PolicyArn), ":aws:policy/AmazonSSMManagedInstanceCore") {
			return undecided("the role %s has AmazonSSMManagedInstanceCore, which is enough unless something denies it; the simulation that would tell is refused: %s", role, oneLine(cause))
		}
	}
	return denied("simulate the role "+role, cause)
}

// hostManagement says whether Systems Manager manages instances without a
// profile.
func (v *visit) hostManagement(ctx context.Context) Finding {
	const setting = "/ssm/managed-instance/default-ec2-instance-management-role"
	out, err := ssm.NewFromConfig(v.cfg).GetServiceSetting(ctx, &ssm.GetServiceSettingInput{SettingId: aws.String(setting)})
	name := v.node.name + " has no instance profile"
	if err != nil {
		return denied(name+", and whether Default Host Management is on could not be read", err)
	}
	if out.ServiceSetting != nil {
		if value := aws.ToString(out.ServiceSetting.SettingValue); value != "" && value != "$None" {
			return ok("%s; Default Host Management (%s) stands in for it", name, value)
		}
	}
	return change(name, "give it one whose role has AmazonSSMManagedInstanceCore", instanceRole("tunnel-bastion")+"\n# and in the aws_instance: iam_instance_profile = aws_iam_instance_profile.bastion.name\n")
}

// A simulation is what IAM says of actions.
type simulation struct {
	denied  []string
	unclear []string // allowed or denied by what was not known
	missing []string // what that is
}

// simulate asks IAM whether a principal may do the actions with the resource.
func simulate(ctx context.Context, client *iam.Client, principal string, actions, resources []string, with []iamtypes.ContextEntry) (simulation, error) {
	var s simulation
	results, err := tunnel.Pages(func(token *string) ([]iamtypes.EvaluationResult, *string, error) {
		page, err := client.SimulatePrincipalPolicy(ctx, &iam.SimulatePrincipalPolicyInput{
			PolicySourceArn: &principal, ActionNames: actions, ResourceArns: resources, ContextEntries: with, Marker: token,
		})
		if err != nil {
			return nil, nil, err
		}
		return page.EvaluationResults, page.Marker, nil
	})
	for _, r := range results {
		action := aws.ToString(r.EvalActionName)
		switch {
		case r.EvalDecision == iamtypes.PolicyEvaluationDecisionTypeAllowed:
		case r.EvalDecision == iamtypes.PolicyEvaluationDecisionTypeImplicitDeny && len(r.MissingContextValues) > 0:
			s.unclear, s.missing = append(s.unclear, action), append(s.missing, r.MissingContextValues...)
		default:
			s.denied = append(s.denied, action)
		}
	}
	return s, err
}
