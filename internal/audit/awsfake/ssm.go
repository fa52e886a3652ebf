package awsfake

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

var ssmOperations = map[string]handler{
	"DescribeInstanceInformation": func(w *World, c *call) (map[string]any, *fault) {
		filters, _ := c.body["Filters"].([]any)
		agents := slices.DeleteFunc(slices.Clone(w.at(c.place).Network.Agents), func(a *Agent) bool {
			for _, f := range filters {
				filter, _ := f.(map[string]any)
				if values, _ := filter["Values"].([]any); !slices.Contains(values, any(a.Instance)) {
					return true
				}
			}
			return false
		})
		found, next, f := page(w, agents, c.text("NextToken"), c.number("MaxResults"), 50)
		var all []any
		for _, a := range found {
			all = append(all, map[string]any{"InstanceId": a.Instance, "AgentVersion": a.Version, "PingStatus": a.Ping, "LastPingDateTime": a.LastPing.Unix()})
		}
		return withToken(map[string]any{"InstanceInformationList": all}, next), f
	},
	"DescribeDocument": func(w *World, c *call) (map[string]any, *fault) {
		if w.at(c.place).Network.NoDocuments {
			return nil, bad("InvalidDocument", "Document with name %s does not exist.", c.text("Name"))
		}
		return map[string]any{"Document": map[string]any{"Name": c.text("Name"), "DocumentType": "Session"}}, nil
	},
	"GetServiceSetting": func(w *World, c *call) (map[string]any, *fault) {
		value := w.at(c.place).Network.HostManagement
		if value == "" {
			value = "$None"
		}
		return map[string]any{"ServiceSetting": map[string]any{"SettingId": c.text("SettingId"), "SettingValue": value}}, nil
	},
	"StartSession": startSession,
	"ResumeSession": func(w *World, c *call) (map[string]any, *fault) {
		id := c.text("SessionId")
		url, token, err := w.at(c.place).Network.Sessions.Resume(id)
		if err != nil {
			return nil, bad("DoesNotExistException", "%v", err)
		}
		return map[string]any{"SessionId": id, "StreamUrl": url, "TokenValue": token}, nil
	},
	"TerminateSession": func(w *World, c *call) (map[string]any, *fault) {
		if err := w.at(c.place).Network.Sessions.Terminate(c.text("SessionId")); err != nil {
			return nil, bad("DoesNotExistException", "%v", err)
		}
		return map[string]any{"SessionId": c.text("SessionId")}, nil
	},
}

func startSession(w *World, c *call) (map[string]any, *fault) {
	n, target := w.at(c.place).Network, c.text("Target")
	if n.NoDocuments {
		return nil, bad("InvalidDocument", "Document with name %s does not exist.", c.text("DocumentName"))
	}
	if slices.Contains(w.IAM.Denies[w.caller(c)], "ssm:StartSession") {
		return nil, &fault{http.StatusBadRequest, "AccessDeniedException", "User: " + w.caller(c) + " is not authorized to perform: ssm:StartSession on resource: arn:aws:ssm:" + c.place.Region + "::document/" + c.text("DocumentName")}
	}
	connected := strings.HasPrefix(target, "ecs:") || slices.ContainsFunc(n.Agents, func(a *Agent) bool { return a.Instance == target && a.Ping == "Online" })
	if !connected {
		return nil, bad("TargetNotConnected", "%s is not connected.", target)
	}
	parameters, _ := c.body["Parameters"].(map[string]any)
	value := func(name string) string {
		values, _ := parameters[name].([]any)
		if len(values) != 1 {
			return ""
		}
		text, _ := values[0].(string)
		return text
	}
	host := value("host")
	switch c.text("DocumentName") {
	case "AWS-StartPortForwardingSessionToRemoteHost":
		if host == "" {
			return nil, bad("InvalidParameters", "host is missing")
		}
	case "AWS-StartPortForwardingSession":
		if host != "" {
			return nil, bad("InvalidParameters", "host is no parameter of the document")
		}
		host = "localhost"
	default:
		return nil, bad("InvalidDocument", "Document with name %s does not exist.", c.text("DocumentName"))
	}
	port := value("portNumber")
	if _, err := strconv.Atoi(port); err != nil {
		return nil, bad("InvalidParameters", "portNumber is %q", port)
	}
	if len(c.text("Reason")) > 256 {
		return nil, bad("ValidationException", "the reason is longer than 256 characters")
	}
	id, url, token := n.Sessions.Start(host, port)
	return map[string]any{"SessionId": id, "StreamUrl": url, "TokenValue": token}, nil
}
