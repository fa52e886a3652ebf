package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A plugin is a running provider, spoken to in version 5 of Terraform's
// plugin protocol: gRPC over a Unix socket without TLS.
type plugin struct {
	command *exec.Cmd
	client  *http.Client
}

// patience is how long a provider may take for one answer. Some ask AWS while
// they plan, and never hear from it.
const patience = 15 * time.Second

var (
	// errGone says that the provider ended before it answered.
	errGone = errors.New("the provider is gone")
	// errSlow says that it did not answer in time and was ended.
	errSlow = errors.New("the provider took too long")
)

// cookie is what every Terraform provider wants to see before it starts.
const cookie = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

// start runs the provider and configures it without credentials.
func start(path string, config map[string]any) (*plugin, error) {
	command := exec.Command(path)
	// The provider must find neither settings of the user nor a network.
	command.Env = []string{cookie, "PLUGIN_PROTOCOL_VERSIONS=5", "HOME=/nonexistent", "TMPDIR=" + os.TempDir(),
		"AWS_EC2_METADATA_DISABLED=true", "HTTPS_PROXY=http://127.0.0.1:9", "HTTP_PROXY=http://127.0.0.1:9"}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	reader := bufio.NewReader(stdout)
	line, err := reader.ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("start the provider: %w", err)
	}
	go io.Copy(io.Discard, reader)
	fields := strings.Split(strings.TrimSpace(line), "|")
	if len(fields) < 5 || fields[2] != "unix" || fields[4] != "grpc" {
		return nil, fmt.Errorf("start the provider: unexpected greeting %q", line)
	}
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	p := &plugin{command: command, client: &http.Client{
		Transport: &http.Transport{
			Protocols: protocols,
			DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, "unix", fields[3])
			},
		},
	}}
	request := dynamic(field(nil, 1, []byte("1.11.4")), 2, config)
	answer, err := p.call("Configure", request)
	if err != nil {
		return nil, err
	}
	return p, failure(answer[1])
}

func (p *plugin) stop() {
	_ = p.command.Process.Kill()
	_ = p.command.Wait()
}

// call makes one gRPC call and returns the fields of the answer.
func (p *plugin) call(method string, request []byte) (message, error) {
	frame := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(request)))
	req, err := http.NewRequest(http.MethodPost, "http://plugin/tfplugin5.Provider/"+method,
		bytes.NewReader(append(frame, request...)))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/grpc")
	req.Header.Set("Te", "trailers")
	watchdog := time.AfterFunc(patience, func() { _ = p.command.Process.Kill() })
	res, err := p.client.Do(req)
	var body []byte
	if err == nil {
		defer res.Body.Close()
		body, err = io.ReadAll(res.Body)
	}
	if !watchdog.Stop() {
		return nil, errSlow
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errGone, err)
	}
	status := res.Trailer.Get("Grpc-Status") + res.Header.Get("Grpc-Status")
	if status != "0" || len(body) < 5 {
		return nil, fmt.Errorf("%s: status %s: %s", method, status, res.Trailer.Get("Grpc-Message"))
	}
	return parse(body[5:]), nil
}

// A message holds the length-delimited fields of a protocol buffer.
type message map[int][][]byte

func field(b []byte, number int, value []byte) []byte {
	b = binary.AppendUvarint(b, uint64(number)<<3|2)
	b = binary.AppendUvarint(b, uint64(len(value)))
	return append(b, value...)
}

// dynamic appends a DynamicValue.
func dynamic(b []byte, number int, v any) []byte {
	return field(b, number, field(nil, 1, encode(nil, v)))
}

// parse reads a protocol buffer; a varint is kept as its own bytes.
func parse(b []byte) message {
	m := message{}
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			return m
		}
		b = b[n:]
		value, n := binary.Uvarint(b)
		if n <= 0 {
			return m
		}
		number := int(key >> 3)
		if key&7 != 2 {
			m[number] = append(m[number], b[:n])
			b = b[n:]
			continue
		}
		b = b[n:]
		if value > uint64(len(b)) {
			return m
		}
		m[number] = append(m[number], b[:value])
		b = b[value:]
	}
	return m
}

// failure returns the errors among diagnostics.
func failure(diagnostics [][]byte) error {
	for _, d := range diagnostics {
		m := parse(d)
		if len(m[1]) == 0 || m[1][0][0] != 1 {
			continue
		}
		text := fmt.Sprintf("%s: %s", bytes.Join(m[2], nil), bytes.Join(m[3], nil))
		if len(m[4]) > 0 && !strings.Contains(text, "\nPath: ") {
			text += "\nPath: " + names(m[4][0])
		}
		return errors.New(text)
	}
	return nil
}

// A plan is what a provider plans for one resource.
type plan struct {
	state   any
	replace []string // paths whose change replaces the resource, without indexes
	legacy  bool     // built with the old plugin SDK
}

func (p *plugin) plan(typ string, prior, config, proposed any) (*plan, error) {
	request := field(nil, 1, []byte(typ))
	request = dynamic(request, 2, prior)
	request = dynamic(request, 3, proposed)
	request = dynamic(request, 4, config)
	answer, err := p.call("PlanResourceChange", request)
	if err != nil {
		return nil, err
	}
	if err := failure(answer[4]); err != nil {
		return nil, err
	}
	if len(answer[1]) == 0 {
		return nil, fmt.Errorf("no planned state")
	}
	state, err := decode(bytes.Join(parse(answer[1][0])[1], nil))
	if err != nil {
		return nil, err
	}
	result := &plan{state: state, legacy: len(answer[5]) > 0 && answer[5][0][0] == 1}
	for _, path := range answer[2] {
		result.replace = append(result.replace, names(path))
	}
	return result, nil
}

// names joins the attribute names of an AttributePath, without its indexes.
func names(path []byte) string {
	var names []string
	for _, step := range parse(path)[1] {
		if m := parse(step); len(m[1]) > 0 {
			names = append(names, string(m[1][0]))
		}
	}
	return strings.Join(names, ".")
}
