package sandbox

import (
	"fmt"
	"io"
	"sync"
)

// capture keeps the first and the last bytes written to it.
type capture struct {
	mu   sync.Mutex
	half int64
	head []byte
	tail []byte // ring, once full
	pos  int64  // next place in the ring
	lost int64  // bytes that fell out of the ring
}

func newCapture(keep int64) *capture { return &capture{half: keep / 2} }

func (c *capture) Write(b []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := len(b)
	if room := c.half - int64(len(c.head)); room > 0 {
		k := min(room, int64(len(b)))
		c.head = append(c.head, b[:k]...)
		b = b[k:]
	}
	for len(b) > 0 {
		if room := c.half - int64(len(c.tail)); room > 0 {
			k := min(room, int64(len(b)))
			c.tail = append(c.tail, b[:k]...)
			b = b[k:]
			continue
		}
		k := copy(c.tail[c.pos:], b)
		c.pos = (c.pos + int64(k)) % c.half
		c.lost += int64(k)
		b = b[k:]
	}
	return n, nil
}

func (c *capture) String() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lost == 0 {
		return string(c.head) + string(c.tail)
	}
	return fmt.Sprintf("%s\n… %d bytes left out …\n%s%s", c.head, c.lost, c.tail[c.pos:], c.tail[:c.pos])
}

// meter counts all output of a process and calls flood once when it is too much.
type meter struct {
	mu    sync.Mutex
	n     int64
	max   int64
	over  bool
	flood func()
}

func (m *meter) Write(b []byte) (int, error) {
	m.mu.Lock()
	m.n += int64(len(b))
	first := m.n > m.max && !m.over
	m.over = m.over || first
	m.mu.Unlock()
	if first {
		m.flood()
	}
	return len(b), nil
}

func (m *meter) flooded() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.over
}

// tee writes to several writers that never fail.
type tee []io.Writer

func (t tee) Write(b []byte) (int, error) {
	for _, w := range t {
		w.Write(b)
	}
	return len(b), nil
}
