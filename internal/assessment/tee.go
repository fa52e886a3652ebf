package assessment

// Tee returns a handler that hands every message to each of hs in turn, and
// stops at the first error. Its Flush flushes them all.
func Tee(hs ...Handler) Handler { return tee(hs) }

type tee []Handler

func (t tee) each(f func(Handler) error) error {
	for _, h := range t {
		if err := f(h); err != nil {
			return err
		}
	}
	return nil
}

func (t tee) Config(m *Config) error {
	return t.each(func(h Handler) error { return h.Config(m) })
}

func (t tee) Progress(m *Progress) error {
	return t.each(func(h Handler) error { return h.Progress(m) })
}

func (t tee) Diagnostic(m *Diagnostic) error {
	return t.each(func(h Handler) error { return h.Diagnostic(m) })
}

func (t tee) Result(m *Result) error {
	return t.each(func(h Handler) error { return h.Result(m) })
}

func (t tee) Summary(m *Summary) error {
	return t.each(func(h Handler) error { return h.Summary(m) })
}

func (t tee) Flush() error { return t.each(Flush) }
