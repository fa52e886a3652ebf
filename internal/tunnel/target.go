package tunnel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// FindTarget is the target that via leads to, as StartSession takes it. Of several
// running instances it is one whose agent is online, the one launched last; of
// several tasks likewise.
func FindTarget(ctx context.Context, cfg aws.Config, via Via) (string, error) {
	switch {
	case via.Target != "":
		return via.Target, checkTarget(via.Target)
	case via.Service != "":
		return findTask(ctx, cfg, via)
	case via.Tag.Key != "":
		return findInstance(ctx, cfg, via.Tag)
	}
	return "", errors.New("nothing to go through: give a target, a tag of the bastion, or a service of ECS")
}

func findInstance(ctx context.Context, cfg aws.Config, tag Tag) (string, error) {
	instances, err := Instances(ctx, cfg, "tag:"+tag.Key, tag.Value)
	if err != nil {
		return "", fmt.Errorf("look for the instance with the tag %s in %s: %w", tag, cfg.Region, Explain(err))
	}
	var running []string
	for _, in := range instances {
		if in.State != nil && in.State.Name == ec2types.InstanceStateNameRunning {
			running = append(running, aws.ToString(in.InstanceId))
		}
	}
	if len(running) == 0 {
		return "", noneRunning(ctx, cfg, tag, instances)
	}
	agents, err := Agents(ctx, cfg, running)
	if err != nil {
		return "", fmt.Errorf("ask whether the agents of %s are online: %w", strings.Join(running, ", "), Explain(err))
	}
	var seen []string
	for _, id := range running {
		agent, registered := agents[id]
		switch {
		case registered && agent.PingStatus == ssmtypes.PingStatusOnline:
			return id, nil
		case registered:
			seen = append(seen, fmt.Sprintf("%s (%s, last heard of %s)", id, agent.PingStatus, aws.ToTime(agent.LastPingDateTime).UTC().Format(time.DateTime)))
		default:
			seen = append(seen, id+" (not registered)")
		}
	}
	return "", fmt.Errorf("no instance with the tag %s in %s is online in Systems Manager; seen: %s\nhint: `safeguard tunnel doctor` finds out why", tag, cfg.Region, strings.Join(seen, ", "))
}

// Instances are the instances that a filter of DescribeInstances selects, the one
// launched last first.
func Instances(ctx context.Context, cfg aws.Config, filter string, values ...string) ([]ec2types.Instance, error) {
	client := ec2.NewFromConfig(cfg)
	all, err := Pages(func(token *string) ([]ec2types.Instance, *string, error) {
		page, err := client.DescribeInstances(ctx, &ec2.DescribeInstancesInput{Filters: []ec2types.Filter{{Name: &filter, Values: values}}, NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		var some []ec2types.Instance
		for _, r := range page.Reservations {
			some = append(some, r.Instances...)
		}
		return some, page.NextToken, nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b ec2types.Instance) int {
		return cmp.Or(aws.ToTime(b.LaunchTime).Compare(aws.ToTime(a.LaunchTime)), cmp.Compare(aws.ToString(a.InstanceId), aws.ToString(b.InstanceId)))
	})
	return all, nil
}

// Agents are the agents of instances that Systems Manager has heard of, by the
// instance.
func Agents(ctx context.Context, cfg aws.Config, instances []string) (map[string]ssmtypes.InstanceInformation, error) {
	agents := map[string]ssmtypes.InstanceInformation{}
	client := ssm.NewFromConfig(cfg)
	for part := range slices.Chunk(instances, 50) {
		filters := []ssmtypes.InstanceInformationStringFilter{{Key: aws.String("InstanceIds"), Values: part}}
		found, err := Pages(func(token *string) ([]ssmtypes.InstanceInformation, *string, error) {
			page, err := client.DescribeInstanceInformation(ctx, &ssm.DescribeInstanceInformationInput{Filters: filters, NextToken: token})
			if err != nil {
				return nil, nil, err
			}
			return page.InstanceInformationList, page.NextToken, nil
		})
		if err != nil {
			return nil, err
		}
		for _, agent := range found {
			agents[aws.ToString(agent.InstanceId)] = agent
		}
	}
	return agents, nil
}

// shown is how many instances an error lists.
const shown = 10

// noneRunning says what there is instead of a running instance with the tag.
func noneRunning(ctx context.Context, cfg aws.Config, tag Tag, with []ec2types.Instance) error {
	var seen []string
	for _, in := range with {
		state := "in an unknown state"
		if in.State != nil {
			state = string(in.State.Name)
		}
		seen = append(seen, fmt.Sprintf("%s (%s)", aws.ToString(in.InstanceId), state))
	}
	if len(seen) > 0 {
		return fmt.Errorf("no instance with the tag %s in %s is running; seen: %s", tag, cfg.Region, abbreviate(seen))
	}
	others, err := Instances(ctx, cfg, "tag-key", tag.Key)
	if err != nil {
		return fmt.Errorf("no instance in %s has the tag %s", cfg.Region, tag)
	}
	for _, in := range others {
		for _, t := range in.Tags {
			if aws.ToString(t.Key) == tag.Key {
				seen = append(seen, fmt.Sprintf("%q", aws.ToString(t.Value)))
			}
		}
	}
	slices.Sort(seen)
	if seen = slices.Compact(seen); len(seen) == 0 {
		return fmt.Errorf("no instance in %s has the tag %s, nor any tag %s: is it the right account and region?", cfg.Region, tag, tag.Key)
	}
	return fmt.Errorf("no instance in %s has the tag %s; values of %s seen: %s", cfg.Region, tag, tag.Key, abbreviate(seen))
}

func abbreviate(seen []string) string {
	if len(seen) > shown {
		return fmt.Sprintf("%s and %d more", strings.Join(seen[:shown], ", "), len(seen)-shown)
	}
	return strings.Join(seen, ", ")
}
