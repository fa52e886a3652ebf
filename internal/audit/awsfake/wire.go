package awsfake

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// A call is one request, whatever protocol it came in.
type call struct {
	service, operation string
	key                string // the caller's access key
	place              Place
	body               map[string]any
	form               url.Values
	rest               bool
}

func (w *World) parse(r *http.Request) (*call, error) {
	c := &call{place: Place{Account: w.Account}, body: map[string]any{}}
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return c, err
	}
	// Credential=KEY/20261123/eu-central-1/config/aws4_request
	_, credential, ok := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	scope := strings.Split(credential, "/")
	if !ok || len(scope) < 4 {
		return c, errors.New("the request is not signed")
	}
	c.key = scope[0]
	if account, ok := strings.CutPrefix(scope[0], "ASIA"); ok {
		c.place.Account = strings.TrimSuffix(account, "AAAA")
	}
	c.place.Region = scope[2]
	switch target := r.Header.Get("X-Amz-Target"); {
	case target != "":
		prefix, operation, _ := strings.Cut(target, ".")
		c.service = map[string]string{
			"StarlingDoveService": "config", "AWSOrganizationsV20161128": "organizations",
			"AmazonSSM": "ssm", "AmazonEC2ContainerServiceV20141113": "ecs",
		}[prefix]
		c.operation = operation
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		c.form, err = url.ParseQuery(string(data))
		c.service, c.operation = scope[3], c.form.Get("Action")
		return c, err
	default:
		c.rest = true
		c.service, c.operation = restOperation(r, c.body)
	}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &c.body); err != nil {
			return c, fmt.Errorf("the body is not JSON: %w", err)
		}
	}
	return c, nil
}

// restOperation finds the operation of a REST call and puts what the address
// says into body.
func restOperation(r *http.Request, body map[string]any) (service, operation string) {
	for name, values := range r.URL.Query() {
		body[name] = values[0]
	}
	path := r.URL.EscapedPath()
	if name, ok := strings.CutPrefix(path, "/2021-01-01/opensearch/domain/"); ok {
		body["DomainName"] = name
		return "es", "DescribeDomain"
	}
	if arn, ok := strings.CutPrefix(path, "/findingAggregator/get/"); ok {
		body["FindingAggregatorArn"], _ = url.PathUnescape(arn)
		return "securityhub", "GetFindingAggregator"
	}
	if id, ok := strings.CutPrefix(path, "/automationrulesv2/"); ok && r.Method == http.MethodDelete {
		body["Identifier"] = id
		return "securityhub", "DeleteAutomationRuleV2"
	}
	operation = map[string]string{
		"POST /findings": "GetFindings", "PATCH /findings/batchupdate": "BatchUpdateFindings", "POST /findingsv2": "GetFindingsV2",
		"GET /findingAggregator/list": "ListFindingAggregators", "GET /members": "ListMembers", "POST /standards/get": "GetEnabledStandards",
		"GET /securityControls/definitions": "ListSecurityControlDefinitions", "POST /associations/batchGet": "BatchGetStandardsControlAssociations",
		"POST /automationrules/create": "CreateAutomationRule", "POST /automationrules/delete": "BatchDeleteAutomationRules",
		"PATCH /findingsv2/batchupdatev2": "BatchUpdateFindingsV2", "POST /automationrulesv2/create": "CreateAutomationRuleV2",
	}[r.Method+" "+path]
	if operation != "" {
		return "securityhub", operation
	}
	switch r.Method + " " + path {
	case "POST /listRegions":
		return "account", "ListRegions"
	case "GET /2021-01-01/domain":
		return "es", "ListDomainNames"
	}
	return "unknown", r.Method + " " + path
}

func (c *call) fail(rw http.ResponseWriter, status int, code, message string) {
	if c.form != nil {
		rw.Header().Set("Content-Type", "text/xml")
		rw.WriteHeader(status)
		open, end := "<ErrorResponse>", "</ErrorResponse>"
		if c.service == "ec2" {
			open, end = "<Response><Errors>", "</Errors></Response>"
		}
		fmt.Fprintf(rw, "%s<Error><Code>%s</Code><Message>", open, code)
		_ = xml.EscapeText(rw, []byte(message))
		fmt.Fprintf(rw, "</Message></Error>%s", end)
		return
	}
	rw.Header().Set("X-Amzn-Errortype", code)
	rw.Header().Set("Content-Type", "application/x-amz-json-1.1")
	rw.WriteHeader(status)
	_ = json.NewEncoder(rw).Encode(map[string]string{"__type": code, "message": message, "Message": message})
}

func (c *call) answer(rw http.ResponseWriter, out map[string]any) {
	if c.form != nil {
		rw.Header().Set("Content-Type", "text/xml")
		form := "<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>"
		if c.service == "ec2" {
			form = "<%[1]sResponse>%[2]s</%[1]sResponse>"
		}
		fmt.Fprintf(rw, form, c.operation, elements(out))
		return
	}
	rw.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if c.rest {
		rw.Header().Set("Content-Type", "application/json")
	}
	_ = json.NewEncoder(rw).Encode(out)
}

// elements writes an answer of the query protocol. A list is an element for each
// of its members.
func elements(m map[string]any) string {
	var b strings.Builder
	for k, v := range m {
		many, ok := v.([]any)
		if !ok {
			many = []any{v}
		}
		for _, v := range many {
			fmt.Fprintf(&b, "<%s>", k)
			if sub, ok := v.(map[string]any); ok {
				b.WriteString(elements(sub))
			} else {
				_ = xml.EscapeText(&b, []byte(fmt.Sprint(v)))
			}
			fmt.Fprintf(&b, "</%s>", k)
		}
	}
	return b.String()
}

// list is a list of the query protocol, whose members are elements of a name.
func list[T any](name string, items []T, element func(T) any) map[string]any {
	members := make([]any, len(items))
	for i, item := range items {
		members[i] = element(item)
	}
	return map[string]any{name: members}
}

// same is for lists of plain text.
func same(s string) any { return s }

// texts are the values of a numbered parameter of a form: Name.1, Name.2, ….
func (c *call) texts(name string) []string {
	var all []string
	for i := 1; c.form.Has(fmt.Sprintf("%s.%d", name, i)); i++ {
		all = append(all, c.form.Get(fmt.Sprintf("%s.%d", name, i)))
	}
	return all
}

// input is what the call brings, as its model names it.
func (c *call) input() map[string]any {
	if c.form == nil {
		return c.body
	}
	in := map[string]any{}
	for name, values := range c.form {
		if name != "Action" && name != "Version" {
			in[name] = values[0]
		}
	}
	return in
}

// text and number read a member of the request.
func (c *call) text(name string) string {
	s, _ := c.body[name].(string)
	return s
}

func (c *call) number(name string) int {
	switch v := c.body[name].(type) {
	case float64:
		return int(v)
	case string: // of an address
		n := 0
		_, _ = fmt.Sscan(v, &n)
		return n
	}
	return 0
}

// withToken adds a token to an answer if there is one.
func withToken(out map[string]any, next string) map[string]any {
	if next != "" {
		out["NextToken"] = next
	}
	return out
}
