package awsfake

import (
	"slices"
	"strings"
)

func (t *Task) arn(c *call) string {
	return "arn:aws:ecs:" + c.place.Region + ":" + c.place.Account + ":task/" + t.Cluster + "/" + t.ID
}

var ecsOperations = map[string]handler{
	"ListTasks": func(w *World, c *call) (map[string]any, *fault) {
		var arns []string
		for _, t := range w.at(c.place).Network.Tasks {
			if t.Cluster == c.text("cluster") && t.Service == c.text("serviceName") && t.Status == c.text("desiredStatus") {
				arns = append(arns, t.arn(c))
			}
		}
		found, next, f := page(w, arns, c.text("nextToken"), c.number("maxResults"), 100)
		out := map[string]any{"taskArns": found}
		if next != "" {
			out["nextToken"] = next
		}
		return out, f
	},
	"DescribeTasks": func(w *World, c *call) (map[string]any, *fault) {
		wanted, _ := c.body["tasks"].([]any)
		var found []any
		for _, t := range w.at(c.place).Network.Tasks {
			if t.Cluster == c.text("cluster") && (slices.Contains(wanted, any(t.arn(c))) || slices.Contains(wanted, any(t.ID))) {
				found = append(found, t.describe(c))
			}
		}
		return map[string]any{"tasks": found}, nil
	},
	"DescribeTaskDefinition": func(w *World, c *call) (map[string]any, *fault) {
		for _, t := range w.at(c.place).Network.Tasks {
			if strings.HasSuffix(c.text("taskDefinition"), "/"+t.Service+":1") {
				return map[string]any{"taskDefinition": map[string]any{"taskRoleArn": t.Role}}, nil
			}
		}
		return nil, bad("ClientException", "Unable to describe task definition.")
	},
}

func (t *Task) describe(c *call) map[string]any {
	container := map[string]any{"name": t.Container, "runtimeId": t.Runtime}
	if t.Agent != "" {
		container["managedAgents"] = []any{map[string]any{"name": "ExecuteCommandAgent", "lastStatus": t.Agent}}
	}
	return map[string]any{
		"taskArn": t.arn(c), "clusterArn": "arn:aws:ecs:" + c.place.Region + ":" + c.place.Account + ":cluster/" + t.Cluster, "lastStatus": t.Status,
		"taskDefinitionArn": "arn:aws:ecs:" + c.place.Region + ":" + c.place.Account + ":task-definition/" + t.Service + ":1",
		"startedAt":         t.Started.Unix(), "containers": []any{container},
		"attachments": []any{map[string]any{"details": []any{map[string]any{"name": "networkInterfaceId", "value": t.Interface}}}},
	}
}
