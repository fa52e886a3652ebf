package awsfake

import "time"

// A Network is what tunnels go through and lead to, at one place.
type Network struct {
	OptIn      string // of the region; "" is opt-in-not-required
	VPCs       []VPC
	Instances  []*Instance
	Agents     []*Agent
	Groups     []*Group
	Endpoints  []*Endpoint
	Routes     []*RouteTable
	Interfaces []*Interface
	Tasks      []*Task

	Databases []*Database
	Caches    []*Cache
	Domains   []*Domain

	// HostManagement is the role for instances without a profile.
	HostManagement string
	NoDocuments    bool // the region has no session documents
	Sessions       Sessions
}

// Sessions are where sessions of Systems Manager are held. An unknown session is
// one whose id gives an error.
type Sessions interface {
	Start(host, port string) (id, url, token string)
	Resume(id string) (url, token string, err error)
	Terminate(id string) error
}

// A VPC is a network of EC2.
type VPC struct {
	ID, CIDR string
	NoDNS    bool
}

// An Instance is an instance of EC2.
type Instance struct {
	ID, State, VPC, Subnet, Private, Public, Profile string // Profile is an ARN
	Launched                                         time.Time
	Groups                                           []string
	Tags                                             map[string]string
}

// An Agent is what Systems Manager knows of the agent on an instance.
type Agent struct {
	Instance, Version, Ping string
	LastPing                time.Time
}

// A Group is a security group.
type Group struct {
	ID, VPC string
	In, Out []Permission
}

// A Permission is a rule of a security group: TCP from or to ports of a group, of
// addresses, or of a prefix list.
type Permission struct {
	From, To          int
	Any               bool // every protocol and port
	Group, CIDR, List string
}

// An Endpoint is an interface endpoint of a VPC.
type Endpoint struct {
	ID, VPC, Service, State string
	Groups                  []string
	NoPrivateDNS            bool
}

// A RouteTable is that of a subnet, or the main one of a VPC, with its default
// route.
type RouteTable struct {
	ID, VPC, Subnet       string
	NAT, Gateway, Transit string
	Blackhole, NoDefault  bool
}

// An Interface is a network interface.
type Interface struct {
	ID, VPC, Subnet, Private, Public string
	Groups                           []string
}

// A Task is a task of ECS with one container.
type Task struct {
	Cluster, Service, ID, Container, Runtime, Agent, Status, Role, Interface string
	Started                                                                  time.Time
}

// A Database is an instance or a cluster of RDS. Without a host it is being made.
type Database struct {
	ID, Engine, Host, Name, VPC string
	Port                        int
	Cluster                     bool
	Groups                      []string
}

// A Cache is a cache of ElastiCache.
type Cache struct {
	ID, Kind, Engine, Host string // Kind: group, serverless, cluster
	Port                   int
	TLS                    bool
	Groups                 []string
}

// A Domain is a domain of OpenSearch.
type Domain struct {
	Name, Host, VPC string
	Groups          []string
}

// IAM is what IAM knows of the account.
type IAM struct {
	Caller   string            // ARN of whoever calls; "": a user
	Profiles map[string]string // roles of instance profiles
	Paths    map[string]string // of roles, without slashes at the ends
	Attached map[string][]string
	// Denies are the actions that principals may not take, by their ARN.
	Denies map[string][]string
	// Unclear are those that turn on a value that the simulation has not.
	Unclear map[string][]string
}
