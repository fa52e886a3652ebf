package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"safeguard/internal/settings"
	"safeguard/internal/tunnel"
)

type tunnelFlags struct {
	wayFlags
	exec       string
	printURL   bool
	background bool
	policy     bool
	format     string
	detached   string // id of this process as a tunnel in the background
}

func tunnelCommand(stdio IO) *cobra.Command {
	f := &tunnelFlags{}
	cmd := &cobra.Command{
		Use:   "tunnel [NAME...]",
		Short: "Reach a database in a private network through AWS Session Manager",
		Long: `tunnel forwards ports of this machine to databases in private networks, through
an instance or a task of ECS that AWS Systems Manager manages: no public host, no
SSH, no AWS CLI, no plugin. A NAME is that of a tunnel block in .safeguard.hcl;
without names, flags say what to reach.

A lost connection is resumed with fresh credentials, and what is open stays open
where it can. The session ends with the program.

Exit codes: 0 it was ended by you, 2 there is no tunnel. With --exec it is the exit
code of the command.`,
		Example: `  safeguard tunnel dev-db
  safeguard tunnel dev-db --exec 'psql -c "select 1"'
  safeguard tunnel --bastion-tag Name=project-dev-bastion --rds clinic --local 15432
  safeguard tunnel --target i-0123456789abcdef0 -L 15432:db.internal:5432 -L 16379:cache.internal:6379
  safeguard tunnel dev-db --background --print-url
  safeguard tunnel doctor dev-db
  safeguard tunnel dev-db --iam-policy --format terraform`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runTunnel(cmd.Context(), f, args, stdio)
		},
	}
	fs := cmd.Flags()
	f.wayFlags.register(fs)
	fs.StringVar(&f.exec, "exec", "", "run `COMMAND` through the tunnel, with PGHOST, PGPORT and the like set, and close it after")
	fs.BoolVar(&f.printURL, "print-url", false, "print a connection string (without a password) to standard output")
	fs.BoolVar(&f.background, "background", false, "go on in the background; see tunnel list and tunnel stop")
	fs.BoolVar(&f.policy, "iam-policy", false, "print the least IAM policy for these tunnels, and open none")
	fs.StringVar(&f.format, "format", "json", "`FORMAT` of the policy: json or terraform")
	fs.StringVar(&f.detached, "detached", "", "")
	_ = fs.MarkHidden("detached")
	cmd.AddCommand(tunnelDoctorCommand(stdio), tunnelListCommand(stdio), tunnelStopCommand(stdio))
	return cmd
}

// wayFlags say what to reach, and through what.
type wayFlags struct {
	profile, region, reason      string
	target, bastionTag, ecs      string
	host                         string
	port, local, retries         int
	rds, elastiCache, openSearch string
	output, state                string
	forwards                     []string
	bind, engine, user, database string
	set                          *pflag.FlagSet
}

func (f *wayFlags) register(fs *pflag.FlagSet) {
	f.set = fs
	fs.StringVar(&f.profile, "profile", "", "`PROFILE` of the AWS configuration (default $AWS_PROFILE)")
	fs.StringVar(&f.region, "region", "", "AWS `REGION` (default that of the profile)")
	fs.StringVar(&f.target, "target", "", "go through the instance or task with this `ID`: i-…, mi-… or ecs:CLUSTER_TASK_RUNTIME")
	fs.StringVar(&f.bastionTag, "bastion-tag", "", "go through a running instance with the tag `KEY=VALUE`")
	fs.StringVar(&f.ecs, "ecs", "", "go through a running task of `CLUSTER/SERVICE[/CONTAINER]`")
	fs.StringVar(&f.host, "host", "", "reach this `HOST`, as the target knows it (default the target itself)")
	fs.IntVar(&f.port, "port", 0, "reach this `PORT`")
	fs.StringVar(&f.rds, "rds", "", "reach the RDS instance or cluster with this `IDENTIFIER`")
	fs.StringVar(&f.elastiCache, "elasticache", "", "reach the ElastiCache cache with this `NAME`")
	fs.StringVar(&f.openSearch, "opensearch", "", "reach the OpenSearch domain with this `NAME`")
	fs.StringVar(&f.output, "terraform-output", "", "reach the host, or host and port, that the Terraform output `NAME` has")
	fs.StringVar(&f.state, "state", "", "read Terraform outputs from the state in `PATH`: a file, or s3://BUCKET/KEY (default terraform.tfstate)")
	fs.StringArrayVarP(&f.forwards, "forward", "L", nil, "reach several: `[LOCAL:]HOST:PORT` (repeatable)")
	fs.IntVar(&f.local, "local", 0, "listen at this `PORT` (default any that is free)")
	fs.StringVar(&f.bind, "bind", "127.0.0.1", "listen at this `ADDRESS`; another than loopback lets others in")
	fs.StringVar(&f.reason, "reason", "", "`TEXT` for the record of the session")
	fs.IntVar(&f.retries, "max-retries", -1, "give up after `N` attempts in a row to get a lost connection back (default never)")
	fs.StringVar(&f.engine, "engine", "", "`KIND` of the database for the connection string: postgres, mysql, redis, … (default as AWS says, or by the port)")
	fs.StringVar(&f.user, "user", "", "`USER` for the connection string")
	fs.StringVar(&f.database, "database", "", "`NAME` of the database for the connection string")
}

func runTunnel(ctx context.Context, f *tunnelFlags, names []string, stdio IO) error {
	forwards, err := f.wayFlags.read(names)
	if err != nil {
		return err
	}
	if f.policy {
		return f.printPolicy(forwards, stdio)
	}
	switch {
	case f.background && f.exec != "":
		return errors.New("--background and --exec: a command is run in the foreground")
	case f.background:
		return goBackground(ctx, f, forwards, stdio)
	}
	return openTunnels(ctx, f, forwards, stdio)
}

func (f *tunnelFlags) printPolicy(forwards []*forward, stdio IO) error {
	specs := make([]tunnel.Spec, len(forwards))
	for i, fw := range forwards {
		specs[i] = fw.spec
		if fw.output != "" {
			specs[i].To.Host = "known to Terraform"
		}
	}
	p := tunnel.PermissionsFor(specs)
	p.Region = cmp.Or(strings.Join(forwards[0].aws.regions, ""), stdio.getenv("AWS_REGION"))
	switch f.format {
	case "json":
		return p.JSON(stdio.Stdout)
	case "terraform":
		return p.Terraform(stdio.Stdout)
	}
	return fmt.Errorf("--format %q: want json or terraform", f.format)
}

// A forward is one port to be reached, with everything that flags and settings
// say about it.
type forward struct {
	name     string // "" if it has none
	spec     tunnel.Spec
	aws      awsFlags
	reason   string
	local    int
	bind     string
	retries  int
	engine   string
	user     string
	database string
	output   string // of Terraform, with the host
	portOut  string // of Terraform, with the port
	state    string

	listener net.Listener
	route    tunnel.Route
}

// door is the local end of the forward.
func (fw *forward) door() tunnel.Door {
	at := fw.listener.Addr().(*net.TCPAddr)
	d := tunnel.Door{Name: fw.name, Host: at.IP.String(), Port: at.Port, Scheme: fw.route.Scheme, User: fw.user, Database: fw.database}
	if at.IP.IsUnspecified() {
		d.Host = "127.0.0.1"
	}
	if fw.engine != "" {
		d.Scheme = fw.engine
	}
	if d.Database == "" {
		d.Database = fw.route.Database
	}
	return d
}

// title names the forward in messages.
func (fw *forward) title() string {
	if fw.name != "" {
		return fw.name
	}
	return fw.spec.To.String()
}

// known are the names of the tunnels in the settings, for messages.
func known(s *settings.Settings) string {
	if len(s.Tunnels) == 0 {
		return "no " + settings.Name + " here or above has a tunnel block"
	}
	text := "known are "
	for i, t := range s.Tunnels {
		if i > 0 {
			text += ", "
		}
		text += t.Name
	}
	return text
}

// loopback reports whether an address is one that only this machine reaches.
func loopback(address string) bool {
	ip := net.ParseIP(address)
	return ip != nil && ip.IsLoopback()
}

// getenv reads the environment that the command was given.
func (stdio IO) getenv(name string) string {
	if stdio.Environ == nil {
		return os.Getenv(name)
	}
	value := ""
	for _, e := range stdio.Environ {
		if len(e) > len(name) && e[len(name)] == '=' && e[:len(name)] == name {
			value = e[len(name)+1:]
		}
	}
	return value
}
