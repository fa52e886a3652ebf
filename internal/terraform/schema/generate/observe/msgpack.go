package main

import (
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"slices"
)

// unknown stands for a value that is known only after apply.
type unknown struct{}

// encode appends v in MessagePack, as the plugin protocol wants it. Values are
// bool, int, string, unknown, []any and map[string]any; all else is null.
func encode(b []byte, v any) []byte {
	switch v := v.(type) {
	case bool:
		if v {
			return append(b, 0xc3)
		}
		return append(b, 0xc2)
	case int:
		return binary.BigEndian.AppendUint64(append(b, 0xd3), uint64(v))
	case string:
		return append(binary.BigEndian.AppendUint32(append(b, 0xdb), uint32(len(v))), v...)
	case unknown:
		return append(b, 0xd4, 0, 0)
	case []any:
		b = binary.BigEndian.AppendUint32(append(b, 0xdd), uint32(len(v)))
		for _, e := range v {
			b = encode(b, e)
		}
		return b
	case map[string]any:
		b = binary.BigEndian.AppendUint32(append(b, 0xdf), uint32(len(v)))
		for _, k := range slices.Sorted(maps.Keys(v)) {
			b = encode(encode(b, k), v[k])
		}
		return b
	}
	return append(b, 0xc0)
}

// A decoder reads the MessagePack that a provider answers.
type decoder struct {
	rest []byte
	err  error
}

func decode(b []byte) (any, error) {
	d := &decoder{rest: b}
	v := d.value()
	return v, d.err
}

func (d *decoder) take(n int) []byte {
	if d.err != nil || n > len(d.rest) {
		if d.err == nil {
			d.err = fmt.Errorf("answer ends too early")
		}
		return make([]byte, min(n, 8))
	}
	b := d.rest[:n]
	d.rest = d.rest[n:]
	return b
}

// size reads an unsigned number of n bytes.
func (d *decoder) size(n int) int {
	v := uint64(0)
	for _, b := range d.take(n) {
		v = v<<8 | uint64(b)
	}
	return int(v)
}

func (d *decoder) value() any {
	c := d.take(1)[0]
	switch {
	case c <= 0x7f:
		return float64(c)
	case c <= 0x8f:
		return d.object(int(c & 0x0f))
	case c <= 0x9f:
		return d.list(int(c & 0x0f))
	case c <= 0xbf:
		return string(d.take(int(c & 0x1f)))
	case c >= 0xe0:
		return float64(int8(c))
	}
	switch c {
	case 0xc0:
		return nil
	case 0xc2:
		return false
	case 0xc3:
		return true
	case 0xc4, 0xd9:
		return string(d.take(d.size(1)))
	case 0xc5, 0xda:
		return string(d.take(d.size(2)))
	case 0xc6, 0xdb:
		return string(d.take(d.size(4)))
	case 0xc7, 0xc8, 0xc9:
		d.take(d.size(1<<(c-0xc7)) + 1)
		return unknown{}
	case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8:
		d.take(1<<(c-0xd4) + 1)
		return unknown{}
	case 0xca:
		return float64(math.Float32frombits(uint32(d.size(4))))
	case 0xcb:
		return math.Float64frombits(uint64(d.size(8)))
	case 0xcc, 0xcd, 0xce, 0xcf:
		return float64(d.size(1 << (c - 0xcc)))
	case 0xd0:
		return float64(int8(d.size(1)))
	case 0xd1:
		return float64(int16(d.size(2)))
	case 0xd2:
		return float64(int32(d.size(4)))
	case 0xd3:
		return float64(int64(d.size(8)))
	case 0xdc:
		return d.list(d.size(2))
	case 0xdd:
		return d.list(d.size(4))
	case 0xde:
		return d.object(d.size(2))
	case 0xdf:
		return d.object(d.size(4))
	}
	d.err = fmt.Errorf("unexpected byte %#x in an answer", c)
	return nil
}

func (d *decoder) list(n int) any {
	out := []any{}
	for i := 0; i < n && d.err == nil; i++ {
		out = append(out, d.value())
	}
	return out
}

func (d *decoder) object(n int) any {
	out := map[string]any{}
	for i := 0; i < n && d.err == nil; i++ {
		k, _ := d.value().(string)
		out[k] = d.value()
	}
	return out
}
