package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"safeguard/internal/tunnel"
)

// instance finds what the tunnel goes through.
func instance(ctx context.Context, v *visit) Finding {
	if !v.in {
		return undecided(noCredentials)
	}
	via := v.Spec.Via
	switch {
	case via.Service != "" || strings.HasPrefix(via.Target, "ecs:"):
		return v.findTask(ctx)
	case strings.HasPrefix(via.Target, "mi-"):
		return undecided("%s is no instance of EC2: what runs it is not known to AWS", via.Target)
	}
	filter, value := "instance-id", via.Target
	if via.Tag.Key != "" {
		filter, value = "tag:"+via.Tag.Key, via.Tag.Value
	}
	instances, err := tunnel.Instances(ctx, v.cfg, filter, value)
	if err != nil {
		return denied("look for "+via.String(), err)
	}
	if len(instances) == 0 {
		text := fmt.Sprintf("there is no instance %s in %s", via.Target, v.cfg.Region)
		if via.Tag.Key != "" {
			_, err := tunnel.FindTarget(ctx, v.cfg, via)
			text = oneLine(err)
		}
		return change(text, "run a bastion, or correct the name, the region or the account", bastion(cmp.Or(via.Tag, tunnel.Tag{Key: "Name", Value: "bastion"})))
	}
	chosen := instances[0]
	if len(instances) > 1 {
		// The one that a tunnel would take; if it would take none, a running one.
		id, _ := tunnel.FindTarget(ctx, v.cfg, via)
		for _, in := range instances {
			if id == aws.ToString(in.InstanceId) || id == "" && running(in) && !running(chosen) {
				chosen = in
			}
		}
	}
	v.admit(chosen)
	if !running(chosen) {
		return change(fmt.Sprintf("%s is %s", v.node.name, stateOf(chosen)), "start it", startInstance(v.node.target))
	}
	return ok("%s is running", v.node.name)
}

func stateOf(in ec2types.Instance) string {
	if in.State == nil {
		return "in an unknown state"
	}
	return string(in.State.Name)
}

func running(in ec2types.Instance) bool {
	return in.State != nil && in.State.Name == ec2types.InstanceStateNameRunning
}

// admit makes an instance the node of the visit.
func (v *visit) admit(in ec2types.Instance) {
	id := aws.ToString(in.InstanceId)
	n := &node{
		name: id, target: id, arn: fmt.Sprintf("arn:%s:ec2:%s:%s:instance/%s", v.partition, v.cfg.Region, v.account, id),
		vpc: aws.ToString(in.VpcId), subnet: aws.ToString(in.SubnetId), address: aws.ToString(in.PrivateIpAddress),
		public: in.PublicIpAddress != nil, tags: map[string]string{},
	}
	for _, g := range in.SecurityGroups {
		n.groups = append(n.groups, aws.ToString(g.GroupId))
	}
	for _, t := range in.Tags {
		n.tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	if name := n.tags["Name"]; name != "" {
		n.name = fmt.Sprintf("%s (%s)", id, name)
	}
	v.instance, v.node = &in, n
}

// findTask finds the task of ECS that the tunnel goes through.
func (v *visit) findTask(ctx context.Context) Finding {
	target := v.Spec.Via.Target
	if target == "" {
		found, err := tunnel.FindTarget(ctx, v.cfg, v.Spec.Via)
		if err != nil {
			return change(oneLine(err), "enable ECS Exec on the service, and deploy it anew", execService(v.Spec.Via))
		}
		target = found
	}
	parts := strings.Split(strings.TrimPrefix(target, "ecs:"), "_")
	if len(parts) < 3 {
		return undecided("%q is no target of the form ecs:CLUSTER_TASK_RUNTIME", target)
	}
	// The name of a cluster may have underscores; the ids have none.
	cluster, id := strings.Join(parts[:len(parts)-2], "_"), parts[len(parts)-2]
	client := ecs.NewFromConfig(v.cfg)
	out, err := client.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: []string{id}})
	if err != nil {
		return denied("look for the task "+id, err)
	}
	if len(out.Tasks) == 0 {
		return change(fmt.Sprintf("the cluster %s has no task %s", cluster, id), "name the service with --ecs CLUSTER/SERVICE: its running task is looked up", "")
	}
	task := out.Tasks[0]
	v.node = &node{name: "task " + id, target: target, arn: aws.ToString(task.TaskArn), task: true}
	for _, t := range task.Tags {
		v.node.tags = map[string]string{aws.ToString(t.Key): aws.ToString(t.Value)}
	}
	if task.Overrides != nil {
		v.node.role = aws.ToString(task.Overrides.TaskRoleArn)
	}
	if v.node.role == "" {
		if d, err := client.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{TaskDefinition: task.TaskDefinitionArn}); err == nil && d.TaskDefinition != nil {
			v.node.role = aws.ToString(d.TaskDefinition.TaskRoleArn)
		}
	}
	if err := v.attach(ctx, task); err != nil {
		return denied("look for the network interface of "+v.node.name, err)
	}
	if state := aws.ToString(task.LastStatus); state != "RUNNING" {
		return change(fmt.Sprintf("%s is %s", v.node.name, state), "name the service with --ecs CLUSTER/SERVICE: its running task is looked up", "")
	}
	for _, c := range task.Containers {
		if aws.ToString(c.RuntimeId) == parts[len(parts)-1] {
			if state := tunnel.ExecAgent(c); state != "RUNNING" {
				return change(fmt.Sprintf("the agent in container %s of %s is %s", aws.ToString(c.Name), v.node.name, cmp.Or(state, "not enabled")),
					"enable ECS Exec on the service, and deploy it anew", execService(v.Spec.Via))
			}
			return ok("%s is running, with an agent in container %s", v.node.name, aws.ToString(c.Name))
		}
	}
	return change(fmt.Sprintf("no container of %s has the runtime %s", v.node.name, parts[len(parts)-1]), "name the service with --ecs CLUSTER/SERVICE: its container is looked up", "")
}

// attach finds the network of a task.
func (v *visit) attach(ctx context.Context, task ecstypes.Task) error {
	for _, a := range task.Attachments {
		for _, d := range a.Details {
			if aws.ToString(d.Name) != "networkInterfaceId" {
				continue
			}
			out, err := ec2.NewFromConfig(v.cfg).DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{aws.ToString(d.Value)}})
			if err != nil {
				return err
			}
			if len(out.NetworkInterfaces) == 0 {
				return errors.New("it is gone")
			}
			eni := out.NetworkInterfaces[0]
			v.node.vpc, v.node.subnet, v.node.address = aws.ToString(eni.VpcId), aws.ToString(eni.SubnetId), aws.ToString(eni.PrivateIpAddress)
			v.node.public = eni.Association != nil && eni.Association.PublicIp != nil
			for _, g := range eni.Groups {
				v.node.groups = append(v.node.groups, aws.ToString(g.GroupId))
			}
			return nil
		}
	}
	return nil
}
