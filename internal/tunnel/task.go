package tunnel

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// findTask is the target of a container with a running agent in a task of the
// service.
func findTask(ctx context.Context, cfg aws.Config, via Via) (string, error) {
	tasks, err := tasks(ctx, cfg, via)
	if err != nil {
		return "", fmt.Errorf("look for tasks of the %s in %s: %w", via, cfg.Region, Explain(err))
	}
	if len(tasks) == 0 {
		return "", fmt.Errorf("the %s has no running task in %s", via, cfg.Region)
	}
	var seen []string
	for _, task := range tasks {
		for _, c := range task.Containers {
			name := aws.ToString(c.Name)
			if via.Container != "" && name != via.Container {
				seen = append(seen, fmt.Sprintf("%s in %s (another container)", name, lastPart(task.TaskArn)))
				continue
			}
			if c.RuntimeId != nil && ExecAgent(c) == "RUNNING" {
				return strings.Join([]string{"ecs:" + lastPart(task.ClusterArn), lastPart(task.TaskArn), *c.RuntimeId}, "_"), nil
			}
			seen = append(seen, fmt.Sprintf("%s in %s (agent %s)", name, lastPart(task.TaskArn), cmp.Or(ExecAgent(c), "not enabled")))
		}
	}
	return "", fmt.Errorf("no container of the %s has a running agent; seen: %s\nhint: enable_execute_command = true on the service, and a new deployment, start one", via, abbreviate(seen))
}

// tasks are the running tasks of a service, the one started last first.
func tasks(ctx context.Context, cfg aws.Config, via Via) ([]ecstypes.Task, error) {
	client := ecs.NewFromConfig(cfg)
	arns, err := Pages(func(token *string) ([]string, *string, error) {
		page, err := client.ListTasks(ctx, &ecs.ListTasksInput{Cluster: &via.Cluster, ServiceName: &via.Service, DesiredStatus: ecstypes.DesiredStatusRunning, NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return page.TaskArns, page.NextToken, nil
	})
	if err != nil {
		return nil, err
	}
	var all []ecstypes.Task
	for part := range slices.Chunk(arns, 100) {
		out, err := client.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &via.Cluster, Tasks: part})
		if err != nil {
			return nil, err
		}
		all = append(all, out.Tasks...)
	}
	slices.SortFunc(all, func(a, b ecstypes.Task) int {
		return cmp.Or(aws.ToTime(b.StartedAt).Compare(aws.ToTime(a.StartedAt)), cmp.Compare(aws.ToString(a.TaskArn), aws.ToString(b.TaskArn)))
	})
	return all, nil
}

// ExecAgent is the state of the agent for ECS Exec in a container, "" if the
// container has none.
func ExecAgent(c ecstypes.Container) string {
	for _, a := range c.ManagedAgents {
		if a.Name == ecstypes.ManagedAgentNameExecuteCommandAgent {
			return aws.ToString(a.LastStatus)
		}
	}
	return ""
}

// lastPart is what comes after the last slash of an ARN.
func lastPart(arn *string) string {
	s := aws.ToString(arn)
	return s[strings.LastIndex(s, "/")+1:]
}
