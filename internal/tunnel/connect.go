package tunnel

import (
	"cmp"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// A Door is the local end of a tunnel, and what clients need to know to go
// through it.
type Door struct {
	Name     string // "" if it has none
	Host     string
	Port     int
	Scheme   string // "" if not known
	User     string
	Database string
}

// URL is a connection string, without a password. Without a scheme it is host
// and port.
func (d Door) URL() string {
	at := net.JoinHostPort(d.Host, strconv.Itoa(d.Port))
	if d.Scheme == "" {
		return at
	}
	u := url.URL{Scheme: d.Scheme, Host: at}
	if d.User != "" {
		u.User = url.User(d.User)
	}
	switch {
	case d.Database == "":
	case d.Scheme == "sqlserver":
		u.RawQuery = url.Values{"database": {d.Database}}.Encode()
	default:
		u.Path = "/" + d.Database
	}
	return u.String()
}

// Environment is what clients of the doors read from their environment, each
// NAME=value: SAFEGUARD_TUNNEL_HOST, _PORT and _URL of the first, the same with
// the name of each that has one, and the variables of PostgreSQL, MySQL and Redis
// for the first of their kind.
func Environment(doors []Door) []string {
	var env []string
	kinds := map[string]bool{}
	for i, d := range doors {
		port := strconv.Itoa(d.Port)
		if i == 0 {
			env = append(env, "SAFEGUARD_TUNNEL_HOST="+d.Host, "SAFEGUARD_TUNNEL_PORT="+port, "SAFEGUARD_TUNNEL_URL="+d.URL())
		}
		if d.Name != "" {
			prefix := "SAFEGUARD_TUNNEL_" + variable(d.Name)
			env = append(env, prefix+"_HOST="+d.Host, prefix+"_PORT="+port, prefix+"_URL="+d.URL())
		}
		kind := cmp.Or(map[string]string{"rediss": "redis"}[d.Scheme], d.Scheme)
		if kinds[kind] {
			continue
		}
		kinds[kind] = true
		switch d.Scheme {
		case "postgres":
			env = append(env, "PGHOST="+d.Host, "PGPORT="+port)
			env = appendSet(env, "PGUSER", d.User)
			env = appendSet(env, "PGDATABASE", d.Database)
		case "mysql":
			env = append(env, "MYSQL_HOST="+d.Host, "MYSQL_TCP_PORT="+port)
		case "redis", "rediss":
			env = append(env, "REDIS_URL="+d.URL())
		}
	}
	return env
}

func appendSet(env []string, name, value string) []string {
	if value == "" {
		return env
	}
	return append(env, name+"="+value)
}

// variable makes a name fit for a variable: dev-db is DEV_DB.
func variable(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(name))
}
