package channel_test

import (
	"io"
	"net"
	"testing"

	"safeguard/internal/tunnel/agenttest"
	"safeguard/internal/tunnel/channel"
)

// The far end's side of each benchmark is the fake agent in the same process, and
// takes its share of the processors.

func BenchmarkDownload(b *testing.B) {
	const size = 1 << 20
	block := pattern(size)
	benchmark(b, size, func(c *net.TCPConn) {
		one := make([]byte, 1)
		for {
			if _, err := io.ReadFull(c, one); err != nil {
				return
			}
			c.Write(block)
		}
	}, func(conn net.Conn, buf []byte) error {
		if _, err := conn.Write(buf[:1]); err != nil {
			return err
		}
		_, err := io.ReadFull(conn, buf)
		return err
	})
}

func BenchmarkUpload(b *testing.B) {
	const size = 1 << 20
	benchmark(b, size, func(c *net.TCPConn) {
		buf := make([]byte, size)
		for {
			if _, err := io.ReadFull(c, buf); err != nil {
				return
			}
			c.Write(buf[:1])
		}
	}, func(conn net.Conn, buf []byte) error {
		if _, err := conn.Write(buf); err != nil {
			return err
		}
		_, err := io.ReadFull(conn, buf[:1])
		return err
	})
}

// BenchmarkRoundTrip is the time of one byte there and back: the latency that a
// tunnel adds, but for that of the same without it (BenchmarkDirect).
func BenchmarkRoundTrip(b *testing.B) {
	benchmark(b, 1, echo, there)
}

func BenchmarkDirect(b *testing.B) {
	conn, err := net.Dial("tcp", "127.0.0.1:"+target(b, echo))
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	buf := make([]byte, 1)
	for b.Loop() {
		if err := there(conn, buf); err != nil {
			b.Fatal(err)
		}
	}
}

func there(conn net.Conn, buf []byte) error {
	if _, err := conn.Write(buf); err != nil {
		return err
	}
	_, err := io.ReadFull(conn, buf)
	return err
}

// benchmark runs exchange over a connection through a tunnel to serve.
func benchmark(b *testing.B, size int, serve func(*net.TCPConn), exchange func(net.Conn, []byte) error) {
	u := start(b, target(b, serve), agenttest.Options{}, channel.Options{})
	conn := u.dial()
	buf := make([]byte, size)
	if err := exchange(conn, buf); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		if err := exchange(conn, buf); err != nil {
			b.Fatal(err)
		}
	}
}
