package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"safeguard/internal/tunnel"
	"safeguard/internal/tunnel/background"
	"safeguard/internal/tunnel/channel"
	"safeguard/internal/tunnel/owner"
)

// openTunnels opens the tunnels and keeps them until ctx ends, one of them is lost
// for good, or the command of --exec has ended.
func openTunnels(ctx context.Context, f *tunnelFlags, forwards []*forward, stdio IO) error {
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP) // the terminal was closed
	defer stop()
	say := &teller{w: stdio.Stderr, several: len(forwards) > 1}
	var hold *background.Hold
	if f.detached != "" {
		h, err := takeHold(f.detached, stdio)
		if err != nil {
			return err
		}
		defer h.Release()
		hold, say.now = h, stdio.clock()
		if h.Stopped != nil {
			stopped, end := context.WithCancel(ctx)
			defer end()
			go func() {
				select {
				case <-h.Stopped:
					end()
				case <-stopped.Done():
				}
			}()
			ctx = stopped
		}
	}
	if err := listen(forwards, stdio.Stderr); err != nil {
		return err
	}
	defer func() {
		for _, fw := range forwards {
			fw.listener.Close()
		}
	}()
	for _, fw := range forwards {
		if err := fw.resolve(ctx, stdio); err != nil {
			if ctx.Err() != nil {
				return f.interrupted()
			}
			return err
		}
	}

	// A command in the terminal is interrupted by itself, and the tunnel is not:
	// so the tunnels have a context of their own.
	open, closeAll := context.WithCancel(context.WithoutCancel(ctx))
	defer closeAll()
	g, lost := errgroup.WithContext(open)
	var connected sync.WaitGroup
	for _, fw := range forwards {
		connected.Add(1)
		first := sync.OnceFunc(connected.Done)
		g.Go(func() error {
			err := channel.Forward(lost, fw.listener, fw.control(stdio), channel.Options{MaxRetries: fw.retries, Events: func(e channel.Event) {
				if _, ok := e.(channel.Connected); ok {
					first()
				}
				say.event(fw, e)
			}})
			if err != nil {
				return fmt.Errorf("tunnel to %s: %w", fw.route.Address(), err)
			}
			return nil
		})
	}
	ready := make(chan struct{})
	go func() { connected.Wait(); close(ready) }()
	end := func() error { closeAll(); return g.Wait() }
	select {
	case <-ready:
	case <-lost.Done():
		return end()
	case <-ctx.Done():
		return errors.Join(f.interrupted(), end())
	}
	doors := make([]tunnel.Door, len(forwards))
	for i, fw := range forwards {
		doors[i] = fw.door()
		say.ready(fw, doors[i])
	}
	if hold != nil {
		if err := announce(hold, forwards, stdio); err != nil {
			return errors.Join(err, end())
		}
	}
	if f.printURL {
		for _, d := range doors {
			fmt.Fprintln(stdio.Stdout, d.URL())
		}
	}
	if f.exec != "" {
		code, err := runThrough(open, f.exec, tunnel.Environment(doors), stdio)
		if terr := end(); terr != nil {
			fmt.Fprintf(stdio.Stderr, "safeguard: %v\n", terr)
			if err == nil && code == 0 {
				code = exitFailed
			}
		}
		if err != nil || code == 0 {
			return err
		}
		return &exitError{code: code}
	}
	select {
	case <-lost.Done():
	case <-ctx.Done():
	}
	return end()
}

// interrupted is what comes of a tunnel that was ended before it was open: nothing,
// but for a command that was to be run.
func (f *tunnelFlags) interrupted() error {
	if f.exec == "" {
		return nil
	}
	return fmt.Errorf("interrupted before the tunnel was open: %q was not run", f.exec)
}

// listen opens the local ports, all or none.
func listen(forwards []*forward, stderr io.Writer) error {
	for i, fw := range forwards {
		if !loopback(fw.bind) {
			fmt.Fprintf(stderr, "warning: %s is no loopback address: others can reach %s through this machine, without any login to AWS\n", fw.bind, fw.title())
		}
		l, err := net.Listen("tcp", net.JoinHostPort(fw.bind, strconv.Itoa(fw.local)))
		if err != nil {
			for _, opened := range forwards[:i] {
				opened.listener.Close()
			}
			if who := owner.Of(fw.local); who != "" {
				return fmt.Errorf("the local port %d for %s is in use by %s\nhint: stop it, or give another port with --local", fw.local, fw.title(), who)
			}
			return fmt.Errorf("listen for %s: %w\nhint: give another port with --local; 0 takes any that is free", fw.title(), err)
		}
		fw.listener = l
	}
	return nil
}

// load finds the AWS configuration of the forward. Calls are not repeated for
// long: a lost network is waited for by whoever keeps the tunnel.
func (fw *forward) load(ctx context.Context, stdio IO) (aws.Config, error) {
	cfg, err := fw.aws.loadOrLogin(ctx, stdio)
	cfg.Retryer = nil
	return cfg, err
}

// resolve finds out where the forward leads.
func (fw *forward) resolve(ctx context.Context, stdio IO) error {
	cfg, err := fw.load(ctx, stdio)
	if err != nil {
		return err
	}
	if err := fw.readOutputs(ctx, cfg); err != nil {
		return err
	}
	fw.route, err = tunnel.Resolve(ctx, cfg, fw.spec)
	return err
}

// control opens the sessions of the forward. Nobody is asked to log in by it: the
// terminal may be a client's by now.
func (fw *forward) control(stdio IO) *tunnel.Control {
	return &tunnel.Control{
		Route: fw.route, Local: fw.listener.Addr().(*net.TCPAddr).Port, Reason: fw.reason,
		Load: func(ctx context.Context) (aws.Config, error) {
			cfg, err := fw.aws.load(ctx, stdio)
			cfg.Retryer = nil
			return cfg, err
		},
	}
}

// A teller writes what happens for the user, a line each. It may be used by
// several goroutines.
type teller struct {
	mu      sync.Mutex
	w       io.Writer
	several bool
	now     func() time.Time // for logs; nil: without the time, and without single connections
}

func (t *teller) event(fw *forward, e channel.Event) {
	if t.now == nil && !worthTelling(e) {
		return
	}
	t.line(fw, e.String())
}

// worthTelling reports whether a person at the terminal wants to know: of single
// connections, only what went wrong.
func worthTelling(e channel.Event) bool {
	switch e := e.(type) {
	case channel.Opened:
		return false
	case channel.Closed:
		return e.Err != nil
	}
	return true
}

func (t *teller) ready(fw *forward, d tunnel.Door) {
	t.line(fw, fmt.Sprintf("%s leads to %s through %s", net.JoinHostPort(d.Host, strconv.Itoa(d.Port)), fw.route.Address(), fw.route.Target))
}

func (t *teller) line(fw *forward, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.several {
		text = fw.title() + ": " + text
	}
	if t.now != nil {
		text = t.now().UTC().Format(time.RFC3339) + " " + text
	}
	fmt.Fprintln(t.w, text)
}

// runThrough runs a command in the shell, with more in its environment, and
// returns its exit code. Signals of the terminal are the command's own; being
// told to end ends the command.
func runThrough(ctx context.Context, command string, env []string, stdio IO) (int, error) {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	shell := []string{"sh", "-c", command}
	if runtime.GOOS == "windows" {
		shell = []string{"cmd", "/C", command}
	}
	cmd := exec.CommandContext(ctx, shell[0], shell[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdio.Stdin, stdio.Stdout, stdio.Stderr
	cmd.Env = append(append(cmd.Env, stdio.Environ...), env...)
	cmd.Cancel = func() error {
		if runtime.GOOS == "windows" {
			return cmd.Process.Kill()
		}
		return cmd.Process.Signal(syscall.SIGTERM)
	}
	cmd.WaitDelay = 5 * time.Second
	err := cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		if code := exit.ExitCode(); code >= 0 {
			return code, nil
		}
		return 128, fmt.Errorf("run %q: %w", command, err) // a signal ended it
	}
	if err != nil {
		return exitFailed, fmt.Errorf("run %q: %w", command, err)
	}
	return 0, nil
}

// announce tells the process that started this one, and all that will list it,
// where the tunnels are.
func announce(hold *background.Hold, forwards []*forward, stdio IO) error {
	t := background.Tunnel{Started: stdio.now()}
	for _, fw := range forwards {
		d := fw.door()
		t.Forwards = append(t.Forwards, background.Forward{
			Name: fw.name, Local: net.JoinHostPort(d.Host, strconv.Itoa(d.Port)), Target: fw.route.Target, Remote: fw.route.Address(), URL: d.URL(),
		})
	}
	t, err := hold.Write(t)
	if err != nil {
		return err
	}
	return json.NewEncoder(stdio.Stdout).Encode(t)
}

// clock is the clock of the command.
func (stdio IO) clock() func() time.Time {
	if stdio.Now == nil {
		return time.Now
	}
	return stdio.Now
}

// interactive reports whether a person can be asked.
func (stdio IO) interactive() bool {
	in, ok := stdio.Stdin.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return false
	}
	_, ok = terminal(stdio.Stderr, term.IsTerminal)
	return ok
}
