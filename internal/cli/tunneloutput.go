package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"safeguard/internal/audit"
	"safeguard/internal/terraform/plan"
)

// readOutputs puts what Terraform's outputs say into the forward.
func (fw *forward) readOutputs(ctx context.Context, cfg aws.Config) error {
	if fw.output == "" && fw.portOut == "" {
		return nil
	}
	outputs, err := readState(ctx, cfg, fw.state)
	if err != nil {
		return fmt.Errorf("read the outputs of Terraform in %s: %w", fw.state, err)
	}
	find := func(name string) (any, error) {
		o, ok := outputs[name]
		switch {
		case !ok:
			return nil, fmt.Errorf("%s has no output %q; it has %s", fw.state, name, strings.Join(sortedKeys(outputs), ", "))
		case o.Sensitive:
			return nil, fmt.Errorf("the output %q in %s is sensitive, and a host is shown: make an output of the host alone", name, fw.state)
		}
		return o.Value, nil
	}
	to := &fw.spec.To
	if fw.output != "" {
		value, err := find(fw.output)
		if err != nil {
			return err
		}
		host, port, err := hostOf(value)
		if err != nil {
			return fmt.Errorf("the output %q in %s: %w", fw.output, fw.state, err)
		}
		to.Host = host
		if to.Port == 0 {
			to.Port = port
		}
	}
	if fw.portOut != "" {
		value, err := find(fw.portOut)
		if err != nil {
			return err
		}
		if to.Port, err = portOf(value); err != nil {
			return fmt.Errorf("the output %q in %s: %w", fw.portOut, fw.state, err)
		}
	}
	if to.Port == 0 {
		return fmt.Errorf("the output %q in %s has no port: set port, or terraform_port_output", fw.output, fw.state)
	}
	return nil
}

func readState(ctx context.Context, cfg aws.Config, path string) (map[string]plan.Output, error) {
	var data []byte
	var err error
	if strings.HasPrefix(path, "s3://") {
		data, err = audit.Object(ctx, cfg, path)
	} else {
		data, err = os.ReadFile(path)
		if pe, ok := errors.AsType[*os.PathError](err); ok {
			err = pe.Err
		}
	}
	if err != nil {
		return nil, err
	}
	return plan.Outputs(data)
}

// hostOf reads HOST, HOST:PORT, a URL, or an object with a host and perhaps a
// port. The port is 0 if there is none.
func hostOf(value any) (host string, port int, err error) {
	switch v := value.(type) {
	case string:
		return hostOfText(v)
	case map[string]any:
		for _, name := range []string{"host", "address", "endpoint"} {
			text, ok := v[name].(string)
			if !ok {
				continue
			}
			if host, port, err = hostOfText(text); err != nil {
				return "", 0, err
			}
			if number, ok := v["port"]; ok {
				port, err = portOf(number)
			}
			return host, port, err
		}
	}
	return "", 0, errors.New("want a host, host:port, a URL, or an object with host (or address, or endpoint) and port")
}

func hostOfText(text string) (string, int, error) {
	if strings.Contains(text, "://") {
		u, err := url.Parse(text)
		if err != nil || u.Hostname() == "" {
			return "", 0, errors.New("it is no URL with a host")
		}
		port := map[string]int{"http": 80, "https": 443}[u.Scheme]
		if u.Port() != "" {
			port, err = portOf(u.Port())
		}
		return u.Hostname(), port, err
	}
	if host, number, err := net.SplitHostPort(text); err == nil && host != "" {
		port, err := portOf(number)
		return host, port, err
	}
	if text == "" || strings.ContainsAny(text, " /") {
		return "", 0, fmt.Errorf("%q is no host", text)
	}
	return text, 0, nil
}

func portOf(value any) (int, error) {
	port, err := strconv.Atoi(fmt.Sprint(value))
	if err != nil || port < 1 || port > 65535 {
		return 0, fmt.Errorf("%v is no port", value)
	}
	return port, nil
}
