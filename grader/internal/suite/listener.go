package suite

import (
	"errors"
	"fmt"
	"math"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/gorilla/websocket"
)

// A listener is one WebSocket of the grader's, with the messages that nobody has taken.
type listener struct {
	conn    *websocket.Conn
	kept    *atomic.Int64 // bytes that all listeners of the script hold
	reading sync.WaitGroup
	once    sync.Once
	news    chan struct{} // a token: something came
	ponged  chan struct{} // a token: a ping was answered

	mu    sync.Mutex
	inbox [][]byte
	err   error // why it ended
}

// perMessage is what a message takes beside its bytes.
const perMessage = 64

var errTooMany = fmt.Errorf("it sent more than %d MiB that was not asked for", maxKept>>20)

func newListener(conn *websocket.Conn, kept *atomic.Int64) *listener {
	l := &listener{conn: conn, kept: kept, news: make(chan struct{}, 1), ponged: make(chan struct{}, 1)}
	conn.SetPongHandler(func(string) error {
		select {
		case l.ponged <- struct{}{}:
		default:
		}
		return nil
	})
	return l
}

// greet waits a moment until the program answers a ping.
func (l *listener) greet() {
	if l.conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(settle)) != nil {
		return
	}
	late := time.NewTimer(settle)
	defer late.Stop()
	for {
		l.mu.Lock()
		ended := l.err != nil
		l.mu.Unlock()
		if ended {
			return
		}
		select {
		case <-l.ponged:
			return
		case <-l.news: // perhaps its end
		case <-late.C:
			return
		}
	}
}

// listen begins to read what comes. Pings are answered meanwhile.
func (l *listener) listen() {
	l.once.Do(func() {
		l.reading.Go(func() {
			for {
				_, text, err := l.conn.ReadMessage()
				if err == nil && l.kept.Add(int64(len(text)+perMessage)) > maxKept {
					err = errTooMany
				}
				l.mu.Lock()
				if l.err = err; err == nil {
					l.inbox = append(l.inbox, text)
				}
				l.mu.Unlock()
				select {
				case l.news <- struct{}{}:
				default:
				}
				if err != nil {
					l.conn.Close()
					return
				}
			}
		})
	})
}

// wait waits until ok holds, the listener has ended, or it is late. ok is called with
// l.mu held.
func (l *listener) wait(end time.Time, ok func() bool) {
	late := time.NewTimer(time.Until(end))
	defer late.Stop()
	for {
		l.mu.Lock()
		enough := ok() || l.err != nil
		l.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-l.news:
		case <-late.C:
			return
		}
	}
}

// take takes the next n messages, or as many as there are.
func (l *listener) take(n int) [][]byte {
	l.mu.Lock()
	defer l.mu.Unlock()
	n = min(n, len(l.inbox))
	got := l.inbox[:n:n]
	l.inbox = l.inbox[n:]
	for _, m := range got {
		l.kept.Add(-int64(len(m) + perMessage))
	}
	return got
}

// ended waits for the end, and says with which close code: 1006 for none.
func (l *listener) ended(end time.Time) (code int, ended bool) {
	l.wait(end, func() bool { return false })
	l.mu.Lock()
	defer l.mu.Unlock()
	var closed *websocket.CloseError
	switch {
	case l.err == nil:
		return 0, false
	case errors.As(l.err, &closed):
		return closed.Code, true
	}
	return websocket.CloseAbnormalClosure, true
}

// overrun reports whether it ended because of what came, not because the program closed it.
func (l *listener) overrun() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return errors.Is(l.err, errTooMany) || errors.Is(l.err, websocket.ErrReadLimit)
}

// failed is why the listener ended, in words; "" if it has not, or by a close frame.
func (l *listener) failed() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var closed *websocket.CloseError
	switch {
	case l.err == nil:
		return ""
	case errors.As(l.err, &closed):
		return "the WebSocket ended with " + closeText(closed.Code)
	case errors.Is(l.err, syscall.ECONNRESET):
		return "the WebSocket ended with " + closeText(websocket.CloseAbnormalClosure)
	case errors.Is(l.err, websocket.ErrReadLimit):
		return fmt.Sprintf("a message has more than %d MiB", maxMessage>>20)
	}
	return "the WebSocket ended: " + clip(strings.TrimPrefix(l.err.Error(), "websocket: "))
}

// closeNames are those of RFC 6455, section 7.4.1.
var closeNames = map[int]string{1000: "normal closure", 1001: "going away", 1002: "protocol error", 1003: "unsupported data",
	1005: "no code in its close frame", 1006: "no close frame", 1007: "invalid data", 1008: "policy violation",
	1009: "message too big", 1011: "internal error", 1012: "service restart", 1013: "try again later"}

func closeText(code int) string {
	if name := closeNames[code]; name != "" {
		return fmt.Sprintf("%d, %s", code, name)
	}
	return fmt.Sprint(code)
}

const unbounded = math.MaxInt64

// bounded is a connection from which only so many bytes can be read: a handshake has no
// limit of its own.
type bounded struct {
	net.Conn
	left atomic.Int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left.Load() <= 0 {
		return 0, errors.New("too much was sent")
	}
	n, err := b.Conn.Read(p)
	if b.left.Load() != unbounded {
		b.left.Add(-int64(n))
	}
	return n, err
}
