// Package awsfake answers like AWS over HTTP for the calls that an audit and a
// tunnel make, in tests: AWS Config with conformance packs and aggregators,
// Security Hub, STS, Organizations and Account Management; Systems Manager, EC2,
// IAM, ECS and the databases. What an audit calls is held to AWS's API models,
// requests and answers alike. It paginates, throttles and denies.
package awsfake

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A World is what the fake knows. It must not change while it is served, but by
// calls.
type World struct {
	Account  string          // whose credentials the caller has: those without an account in their key id
	Accounts []string        // of the organization; none: there is no organization
	Role     string          // that can be assumed in Accounts
	Denied   map[string]bool // accounts that refuse everything
	Refused  map[string]bool // calls that are refused, as IAM names them
	Expired  map[string]bool // access keys whose time is over
	IAM      IAM
	Regions  []string // enabled ones
	Places   map[Place]*Contents

	Page       int  // items on a page at most; 0: as asked for
	EmptyPages bool // an empty page with a token comes before each page
	Faults     int  // every so many requests one fails; 0: none
	Hangs      bool // a fault may also be an answer that never comes

	requests atomic.Int64
	mu       sync.Mutex
	calls    map[string]int
}

// A Place is an account in a region.
type Place struct{ Account, Region string }

// Contents are what is at a place.
type Contents struct {
	Recorder   string // "", "recording", "stopped"
	Rules      []Rule
	Packs      []Pack
	Aggregator string // name; it has all places
	ARNs       map[string]string
	Tags       map[string]map[string]string // by id

	Hub        bool
	HubV2      bool
	Members    []string
	Home       string // aggregation region, which has the findings of all regions
	Standards  []Standard
	Findings   []*Finding
	Automation map[string]map[string]any // rules by ARN
	External   []map[string]any          // external evaluations

	Network Network

	made int // automation rules so far
}

// A Rule is a rule of AWS Config.
type Rule struct {
	Name, Identifier, CreatedBy string
	Evaluations                 []Evaluation
}

// An Evaluation is a verdict on a resource.
type Evaluation struct {
	Type, ID, Verdict, Annotation string
	At                            time.Time
}

// A Pack is a conformance pack.
type Pack struct {
	Name, Score string
	Rules       []string // names
}

// A Standard is an enabled standard of Security Hub.
type Standard struct {
	ARN      string
	Controls []Control
}

// A Control is a control of a standard.
type Control struct {
	ID, Title, Severity string
	Disabled            bool
}

// A Finding is a finding of Security Hub.
type Finding struct {
	ID, Account, Region, Control, Status, Workflow, Severity, Title string
	Standards                                                       []string
	ResourceType, ResourceID                                        string
	Tags                                                            map[string]string
	Note                                                            string
	Legacy                                                          bool // as before consolidation
	Archived                                                        bool
}

// Calls counts the calls that were answered, by IAM action.
func (w *World) Calls() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := map[string]int{}
	for k, v := range w.calls {
		all[k] = v
	}
	return all
}

// ServeHTTP answers one call.
func (w *World) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if w.fails(rw, r) {
		return
	}
	c, err := w.parse(r)
	if err != nil {
		c.fail(rw, http.StatusBadRequest, "ValidationException", err.Error())
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calls == nil {
		w.calls = map[string]int{}
	}
	w.calls[c.action()]++
	if w.Denied[c.place.Account] && c.service != "sts" {
		c.fail(rw, http.StatusForbidden, "AccessDeniedException", "User is not authorized to perform: "+c.service+":"+c.operation)
		return
	}
	if w.Expired[c.key] {
		c.fail(rw, http.StatusBadRequest, "ExpiredTokenException", "The security token included in the request is expired")
		return
	}
	if w.Refused[c.service+":"+c.operation] {
		code := "AccessDeniedException"
		switch {
		case c.service == "ec2":
			code = "UnauthorizedOperation"
		case c.form != nil:
			code = "AccessDenied"
		}
		c.fail(rw, http.StatusForbidden, code, "User is not authorized to perform: "+c.service+":"+c.operation)
		return
	}
	handler := handlers[c.service][c.operation]
	if handler == nil {
		c.fail(rw, http.StatusBadRequest, "UnknownOperationException", c.service+" "+c.operation)
		return
	}
	if err := checkIn(c.service, c.operation, c.input()); err != nil {
		c.fail(rw, http.StatusBadRequest, "ValidationException", err.Error())
		return
	}
	out, fault := handler(w, c)
	if fault != nil {
		c.fail(rw, fault.status, fault.code, fault.message)
		return
	}
	if err := checkOut(c.service, c.operation, out); err != nil {
		c.fail(rw, http.StatusBadRequest, "BrokenFakeException", err.Error())
		return
	}
	c.answer(rw, out)
}

// prune leaves out members without a value, as AWS does.
func prune(v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, member := range v {
			if tags, ok := member.(map[string]string); member == "" || member == nil || ok && tags == nil {
				delete(v, k)
				continue
			}
			prune(member)
		}
	case []any:
		for _, item := range v {
			prune(item)
		}
	}
}

// action is what IAM calls the operation.
func (c *call) action() string {
	operation := c.operation
	switch operation {
	case "GetFindingsV2", "BatchUpdateFindingsV2": // allowed with those of before
		operation = strings.TrimSuffix(operation, "V2")
	}
	return c.service + ":" + operation
}

// fails answers with a fault if it is the request's turn: AWS throttles, breaks
// down, or the connection does.
func (w *World) fails(rw http.ResponseWriter, r *http.Request) bool {
	if w.Faults == 0 {
		return false
	}
	n := w.requests.Add(1)
	if n%int64(w.Faults) != 0 {
		return false
	}
	turn := n / int64(w.Faults)
	if w.Hangs && turn%5 == 4 {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not see that the client goes away
		<-r.Context().Done()
		return true
	}
	rw.Header().Set("Content-Type", "application/x-amz-json-1.1")
	switch turn % 4 {
	case 0:
		rw.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(rw, `{"__type":"ThrottlingException","message":"Rate exceeded"}`)
	case 1:
		rw.Header().Set("X-Amzn-Errortype", "TooManyRequestsException")
		rw.WriteHeader(http.StatusTooManyRequests)
		fmt.Fprint(rw, `{"message":"slow down"}`)
	case 2:
		rw.WriteHeader(http.StatusInternalServerError)
	default:
		if hj, ok := rw.(http.Hijacker); ok {
			if conn, _, err := hj.Hijack(); err == nil {
				conn.Close()
			}
		}
	}
	return true
}

func (w *World) at(p Place) *Contents {
	if c := w.Places[p]; c != nil {
		return c
	}
	return &Contents{}
}

// A fault is an error that AWS answers with.
type fault struct {
	status        int
	code, message string
}

func bad(code, format string, args ...any) *fault {
	return &fault{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

type handler = func(*World, *call) (map[string]any, *fault)

// handlers are the operations, by service.
var handlers = map[string]map[string]handler{
	"config": configOperations, "securityhub": hubOperations, "sts": stsOperations,
	"organizations": organizationsOperations, "account": accountOperations,
	"ssm": ssmOperations, "ec2": ec2Operations, "iam": iamOperations, "ecs": ecsOperations,
	"rds": rdsOperations, "elasticache": cacheOperations, "es": searchOperations,
}

// page cuts a page out of items. limit is the request's, most AWS's maximum.
func page[T any](w *World, items []T, token string, limit, most int) ([]T, string, *fault) {
	if limit < 0 || limit > most {
		return nil, "", bad("InvalidLimitException", "the limit %d is not within 0 and %d", limit, most)
	}
	if limit == 0 {
		limit = most
	}
	if w.Page > 0 {
		limit = min(limit, w.Page)
	}
	start := 0
	full := strings.HasPrefix(token, "full-")
	if token != "" {
		if _, err := fmt.Sscanf(strings.TrimPrefix(token, "full-"), "at-%d", &start); err != nil || start > len(items) {
			return nil, "", bad("InvalidNextTokenException", "the token %q is not one of ours", token)
		}
	}
	if w.EmptyPages && !full {
		return []T{}, fmt.Sprintf("full-at-%d", start), nil
	}
	end := min(start+limit, len(items))
	next := ""
	if end < len(items) {
		next = fmt.Sprintf("at-%d", end)
	}
	return items[start:end], next, nil
}
