package plan

// A scanner walks once over the text of a JSON value that was found to be
// valid. Unlike a raw it does not have to find the end of what it descends into
// first.
type scanner struct {
	data []byte
	i    int
}

func scan(r raw) *scanner { return &scanner{data: r} }

// value takes the next value.
func (s *scanner) value() raw {
	s.i = skipSpace(s.data, s.i)
	if s.i >= len(s.data) {
		return nil
	}
	start := s.i
	s.i = end(s.data, s.i)
	return s.data[start:s.i]
}

// first is the first byte of the next value, 0 at the end.
func (s *scanner) first() byte {
	if s.i = skipSpace(s.data, s.i); s.i >= len(s.data) {
		return 0
	}
	return s.data[s.i]
}

// object calls f with each key of the object that comes next; f takes the value
// or leaves it. What is no object is passed over.
func (s *scanner) object(f func(key raw) error) error {
	return s.container('{', func() error {
		key := s.value()
		if s.first() == ':' {
			s.i++
		}
		start := s.i
		err := f(key)
		if s.i == start {
			s.value()
		}
		return err
	})
}

// array calls f for each element of the array that comes next; f takes the
// element or leaves it. What is no array is passed over.
func (s *scanner) array(f func(i int) error) error {
	n := 0
	return s.container('[', func() error {
		s.first()
		start := s.i
		err := f(n)
		if s.i == start {
			s.value()
		}
		n++
		return err
	})
}

func (s *scanner) container(open byte, f func() error) error {
	if s.first() != open {
		s.value()
		return nil
	}
	s.i++
	for {
		switch s.first() {
		case '}', ']':
			s.i++
			return nil
		case ',':
			s.i++
			continue
		case 0:
			return nil
		}
		if err := f(); err != nil {
			return err
		}
	}
}

// shaped checks that the next value is of the JSON type that begins with a
// byte, or null.
func (s *scanner) shaped(first byte, what string) error {
	return shaped(raw(s.data[min(skipSpace(s.data, s.i), len(s.data)):]), first, what)
}
