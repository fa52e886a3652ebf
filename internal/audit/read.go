package audit

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"safeguard/internal/assessment"
)

// readAll reads the targets side by side and sends what they say in order.
func (r *run) readAll(ctx context.Context) error {
	r.catalogues = map[target]*catalogue{}
	work, stop := context.WithCancel(ctx)
	defer stop()
	group, work := errgroup.WithContext(work)
	// The queue is as long as there are workers: memory holds no more readings.
	queue := make(chan chan *reading, r.opts.Concurrency)
	group.Go(func() error {
		defer close(queue)
		slots := make(chan struct{}, r.opts.Concurrency)
		for _, t := range r.targets {
			c := make(chan *reading, 1)
			select {
			case queue <- c:
			case <-work.Done():
				return work.Err()
			}
			slots <- struct{}{}
			cat := r.catalogueOf(work, t)
			group.Go(func() error {
				defer func() { <-slots }()
				c <- r.target(work, t, cat)
				return nil
			})
		}
		return nil
	})
	done, interrupted := 0, false
	for c := range queue {
		part := <-c
		if interrupted = interrupted || ctx.Err() != nil && !part.Read; interrupted {
			continue
		}
		if err := r.send(part); err != nil {
			stop()
			for range queue { //nolint:revive // let the workers end
			}
			return errors.Join(err, ignoreCancel(group.Wait()))
		}
		done++
		if err := r.h.Progress(&assessment.Progress{Message: "reading accounts and regions", Done: done, Total: len(r.targets)}); err != nil {
			return err
		}
	}
	_ = group.Wait()
	if done < len(r.targets) {
		if err := r.warn("error", fmt.Sprintf("interrupted: %d of %d accounts and regions were read", done, len(r.targets)), "what was read is kept where --resume was given"); err != nil {
			return err
		}
	} else {
		forget(r.opts.Resume, r.targets)
	}
	return errors.Join(r.end(), ctx.Err())
}

func ignoreCancel(err error) error {
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// catalogueOf is Security Hub's catalogue where findings about t are read, read
// once for each place.
func (r *run) catalogueOf(ctx context.Context, t target) *catalogue {
	if r.hub == nil {
		return nil
	}
	at := r.hub.place(r.s, t)
	if at.Account != r.catalogued { // targets come account by account
		clear(r.catalogues)
		r.catalogued = at.Account
	}
	if r.catalogues[at] == nil {
		c, err := readCatalogue(ctx, r.s.securityHub(at.Account, at.Region))
		if err != nil && !notEnabled(err) {
			c.failure = err
		}
		r.catalogues[at] = c
	}
	return r.catalogues[at]
}

// target reads one target, or takes it from a run that was stopped.
func (r *run) target(ctx context.Context, t target, cat *catalogue) *reading {
	if part := resume(r.opts.Resume, r.asked(), t); part != nil {
		return part
	}
	part := newReading(t)
	part.Asked = r.asked()
	whole := true
	for _, source := range []struct {
		name, text string
		read       func(context.Context, target, *catalogue, *reading) error
	}{{SourceConfig, "AWS Config", r.readConfig}, {SourceHub, "Security Hub", r.readHub}} {
		if !r.wants(source.name) {
			continue
		}
		if err := source.read(ctx, t, cat, part); err != nil {
			whole = false
			part.warn("error", t.text()+": "+source.text+" could not be read", reason(err))
			continue
		}
		part.Read = true
	}
	part.sort()
	if ctx.Err() != nil {
		part.Read = false
	}
	if whole && ctx.Err() == nil {
		if err := keep(r.opts.Resume, part); err != nil {
			part.warn("warning", t.text()+": what was read cannot be kept for --resume", err.Error())
		}
	}
	return part
}

// asked is what decides what a reading holds, besides its target.
func (r *run) asked() string {
	return strings.Join(r.sources(), ",") + " " + r.opts.Role + " " + strings.Join(r.opts.Packs, ",")
}

func (r *run) readConfig(ctx context.Context, t target, _ *catalogue, out *reading) error {
	c := &configReader{
		client: r.s.awsConfig(t.Account, t.Region), partition: r.s.partition, packs: r.opts.Packs,
		hub: r.wants(SourceHub), now: r.opts.Now, out: out,
	}
	if r.s.role == "" && t.Account != r.s.account {
		return r.aggregator.read(ctx, c, r.identities)
	}
	return c.read(ctx)
}

func (r *run) readHub(ctx context.Context, t target, cat *catalogue, out *reading) error {
	at := r.hub.place(r.s, t)
	if at.Account != t.Account && !r.hub.admin {
		out.warn("warning", t.text()+": "+r.s.account+" is no administrator of Security Hub", "findings of other accounts are read by the administrator, or with --role-name")
		return nil
	}
	if cat.failure != nil {
		out.warn("warning", t.text()+": Security Hub's controls could not be listed", "titles and severities are those of this program, and disabled controls count: "+reason(cat.failure))
	}
	h := &hubReader{client: r.s.securityHub(at.Account, at.Region), catalogue: cat, partition: r.s.partition, out: out}
	err := h.read(ctx)
	if err != nil && notEnabled(err) {
		if v2 := h.readV2(ctx); v2 != nil {
			out.warn("warning", t.text()+": Security Hub is not enabled", "nothing of it is read there")
		}
		return nil
	}
	return err
}
