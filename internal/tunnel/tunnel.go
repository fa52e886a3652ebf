// Package tunnel finds what a port in a private network is reached through, and
// what it leads to, by asking AWS: an instance by its tag, a task of ECS, the
// address of a database. It opens and resumes the sessions of Systems Manager
// that package channel then speaks in. It calls AWS with the SDK alone; nothing
// else is installed or run.
package tunnel

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// A Spec says which port is to be reached, and through what.
type Spec struct {
	Via Via
	To  To
}

// Via is what a tunnel goes through: one of Target, Tag and Service is set.
type Via struct {
	Target string // i-…, mi-… or ecs:CLUSTER_TASK_RUNTIME
	Tag    Tag    // of running instances
	// Service of ECS, with the container if a task has several that could serve.
	Cluster, Service, Container string
}

// A Tag is a tag of an instance.
type Tag struct{ Key, Value string }

// String is the tag as people write it, KEY=VALUE.
func (t Tag) String() string { return t.Key + "=" + t.Value }

// ParseTag reads KEY=VALUE.
func ParseTag(s string) (Tag, error) {
	key, value, ok := strings.Cut(s, "=")
	if !ok || key == "" || value == "" {
		return Tag{}, fmt.Errorf("the tag %q: want KEY=VALUE, such as Name=project-dev-bastion", s)
	}
	return Tag{key, value}, nil
}

// ParseService reads CLUSTER/SERVICE or CLUSTER/SERVICE/CONTAINER into a Via.
func ParseService(s string) (Via, error) {
	parts := strings.Split(s, "/")
	if len(parts) < 2 || len(parts) > 3 || parts[0] == "" || parts[1] == "" {
		return Via{}, fmt.Errorf("the service %q of ECS: want CLUSTER/SERVICE or CLUSTER/SERVICE/CONTAINER", s)
	}
	via := Via{Cluster: parts[0], Service: parts[1]}
	if len(parts) == 3 {
		via.Container = parts[2]
	}
	return via, nil
}

// String names what the tunnel goes through.
func (v Via) String() string {
	switch {
	case v.Target != "":
		return v.Target
	case v.Service != "":
		return strings.TrimSuffix("ecs service "+v.Cluster+"/"+v.Service+"/"+v.Container, "/")
	}
	return "the instance with the tag " + v.Tag.String()
}

// To is what a tunnel leads to: Host and Port, or what AWS knows them of.
type To struct {
	Host                         string
	Port                         int // 0: as AWS says
	RDS, ElastiCache, OpenSearch string
}

// String names what the tunnel leads to.
func (t To) String() string {
	switch {
	case t.RDS != "":
		return "the RDS database " + t.RDS
	case t.ElastiCache != "":
		return "the ElastiCache cache " + t.ElastiCache
	case t.OpenSearch != "":
		return "the OpenSearch domain " + t.OpenSearch
	}
	return net.JoinHostPort(t.Host, strconv.Itoa(t.Port))
}

// Discovers reports whether AWS has to be asked where the port is.
func (t To) Discovers() bool { return t.RDS+t.ElastiCache+t.OpenSearch != "" }

// A Route is a spec with every name resolved.
type Route struct {
	Target string // as StartSession takes it
	Endpoint
}

// An Endpoint is a port and what is known of it.
type Endpoint struct {
	Host     string
	Port     int
	Scheme   string   // of connection strings: postgres, mysql, redis, …; "" if not known
	Database string   // that the server was made with, "" if none
	VPC      string   // "" if not known
	Groups   []string // security groups; nil if not known
}

// Address is host and port.
func (e Endpoint) Address() string { return net.JoinHostPort(e.Host, strconv.Itoa(e.Port)) }

// Resolve asks AWS for what the spec does not say.
func Resolve(ctx context.Context, cfg aws.Config, s Spec) (Route, error) {
	end, err := FindEndpoint(ctx, cfg, s.To)
	if err != nil {
		return Route{}, err
	}
	target, err := FindTarget(ctx, cfg, s.Via)
	if err != nil {
		return Route{}, err
	}
	return Route{target, end}, nil
}

// checkTarget says what is wrong with a target that was given literally.
func checkTarget(target string) error {
	switch {
	case strings.HasPrefix(target, "i-"), strings.HasPrefix(target, "mi-"):
		return nil
	case strings.HasPrefix(target, "ecs:"):
		if parts := strings.Split(strings.TrimPrefix(target, "ecs:"), "_"); len(parts) < 3 {
			return fmt.Errorf("the target %q: want ecs:CLUSTER_TASK_RUNTIME, with the ids of the task and of the container's runtime", target)
		}
		return nil
	}
	return errors.New("the target " + strconv.Quote(target) + ": want the id of an instance (i-… or mi-…) or ecs:CLUSTER_TASK_RUNTIME; a tag is looked up by --bastion-tag")
}
