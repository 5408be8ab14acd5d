package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/websocket"
)

// sockets are WebSockets that were opened by one `ws dial`, to one program.
type sockets struct {
	name   string
	server *server
	dialed *request
	line   string      // the line noted for them
	sent   []wsMessage // over each of them
	conns  []*listener
	deaf   bool // nobody reads what comes
}

func ws(r *run, _ bool, args []string) {
	fl := r.flags("ws", args, "status", "H*", "n", "deaf!", "as", "name", "within", "want", "json", "binary!")
	if len(fl.rest) == 0 {
		r.usage("ws", "it takes a verb")
	}
	verb, rest := fl.rest[0], fl.rest[1:]
	most := maxMessages
	if verb == "dial" {
		most = maxListeners
	}
	n := fl.count("n", most)
	switch {
	case verb == "dial" && len(rest) == 1 && strings.HasPrefix(rest[0], "/"):
		r.wsDial(rest[0], n, fl)
	case verb == "send" && len(rest) == 1 && !fl.is("json"):
		r.wsSend(r.opened(fl), rest[0], fl)
	case verb == "send" && len(rest) == 0 && fl.is("json"):
		r.wsSend(r.opened(fl), show(r.value(fl.text("json"), nil)), fl)
	case verb == "recv" && len(rest) == 1:
		r.wsRecv(rest[0], n, fl)
	case verb == "closed" && len(rest) < 2:
		r.wsClosed(rest, fl)
	case verb == "close" && len(rest) == 0:
		r.opened(fl).close()
		delete(r.sockets, fl.text("as"))
	default:
		r.usage("ws", "the verb is dial PATH, send, recv, closed or close")
	}
}

// opened are the sockets that -as names.
func (r *run) opened(fl flagged) *sockets {
	s := r.sockets[fl.text("as")]
	if s == nil {
		r.brokenf("`ws dial` comes first")
	}
	r.touch(s.server)
	return s
}

// wsDial opens n sockets, or asserts that one is refused.
func (r *run) wsDial(path string, n int, fl flagged) {
	q := &request{method: "GET", path: path, within: fl.duration("within", defaultRequest), server: fl.text("name")}
	r.headers(q, fl)
	s := &sockets{name: fl.text("as"), server: r.serverNamed(q.server), dialed: q, deaf: fl.is("deaf")}
	if fl.is("status") && fl.text("status") != "101" {
		r.wsRefused(s, fl)
		return
	}
	if old := r.sockets[s.name]; old != nil {
		old.close()
	}
	r.sockets[s.name] = s
	r.ts.Defer(s.close)
	r.relist(s, n)
	for range n {
		l := r.wsOpen(s)
		context.AfterFunc(r.ctx, func() { l.conn.Close() })
		s.conns = append(s.conns, l)
		if !s.deaf {
			l.listen()
		}
	}
	// A program may answer a handshake before it tells the new client anything. It reads
	// from a client that it knows.
	for _, l := range s.conns {
		if !s.deaf {
			l.greet()
		}
	}
}

// handshake are the headers that ask for a WebSocket; the key is RFC 6455's example.
var handshake = [][2]string{{"Connection", "Upgrade"}, {"Upgrade", "websocket"}, {"Sec-WebSocket-Version", "13"},
	{"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}}

// asked is the request of the handshake, for an exchange and by hand.
func (q *request) asked() *request {
	full := *q
	full.headers = slices.Concat(handshake, q.headers)
	return &full
}

// wsRefused asserts that the handshake is answered with another status than 101.
func (r *run) wsRefused(s *sockets, fl flagged) {
	code, err := strconv.Atoi(fl.text("status"))
	if err != nil || fl.is("n") || fl.is("deaf") {
		r.usage("ws", "-status takes a number, and neither -n nor -deaf beside it")
	}
	r.send(s.dialed.asked())
	switch r.resp.status {
	case code:
	case http.StatusSwitchingProtocols:
		r.fail(Failure{Want: fmt.Sprintf("%d %s", code, http.StatusText(code)), Got: "101 Switching Protocols: the WebSocket was opened"})
	default:
		r.fail(Failure{Want: fmt.Sprintf("%d %s", code, http.StatusText(code)), Got: r.resp.shown()})
	}
}

// wsOpen makes one handshake.
func (r *run) wsOpen(s *sockets) *listener {
	var held *bounded
	d := websocket.Dialer{HandshakeTimeout: s.dialed.within, NetDialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := r.box.Dial(ctx, s.server.port)
		if err != nil {
			return nil, err
		}
		held = &bounded{Conn: conn}
		held.left.Store(maxHeader)
		return held, nil
	}}
	header := http.Header{}
	for _, h := range s.dialed.headers {
		header.Add(h[0], h[1])
	}
	conn, res, err := d.DialContext(r.ctx, "ws://localhost"+s.dialed.path, header)
	if errors.Is(err, websocket.ErrBadHandshake) {
		got := (&response{status: res.StatusCode, header: res.Header, body: readSome(res)}).shown()
		if res.StatusCode == http.StatusSwitchingProtocols {
			got = "101, but with the wrong headers:" + headerLines(res.Header)
		}
		r.fail(Failure{Want: "101 Switching Protocols: a WebSocket", Got: got})
	}
	if err != nil {
		if held != nil && held.left.Load() <= 0 {
			err = fmt.Errorf("the response has more than %d KiB of header", maxHeader>>10)
		}
		r.noAnswer(s.server, s.dialed.asked().curl(), "an answer", trouble(err, s.dialed.within))
	}
	held.left.Store(unbounded)
	conn.SetReadLimit(maxMessage)
	return newListener(conn, &r.kept)
}

// readSome is what gorilla kept of a refusal's body.
func readSome(res *http.Response) []byte {
	var b bytes.Buffer
	b.ReadFrom(http.MaxBytesReader(nil, res.Body, maxBody))
	return b.Bytes()
}

func headerLines(h http.Header) string {
	var b strings.Builder
	for _, name := range []string{"Connection", "Upgrade", "Sec-Websocket-Accept"} {
		fmt.Fprintf(&b, "\n%s: %s", name, strings.Join(h.Values(name), ", "))
	}
	return capped([]byte(b.String()))
}

// wsMessage is one that is sent.
type wsMessage struct {
	kind int // websocket.TextMessage or BinaryMessage, which are the opcodes too
	text string
}

// wsSend sends a message over each of the sockets.
func (r *run) wsSend(s *sockets, text string, fl flagged) {
	m := wsMessage{websocket.TextMessage, text}
	if fl.is("binary") {
		m.kind = websocket.BinaryMessage
	}
	s.sent = append(s.sent, m)
	r.relist(s, len(s.conns))
	for _, l := range s.conns {
		l.conn.SetWriteDeadline(time.Now().Add(fl.duration("within", defaultRequest)))
		if err := l.conn.WriteMessage(m.kind, []byte(text)); err != nil {
			r.wsFail(s, l, "the program reads what is sent", trouble(err, fl.duration("within", defaultRequest)))
		}
	}
}

// wsRecv takes the next n messages of each socket, and asserts on them: on the message
// itself, or with -n on the array of them.
func (r *run) wsRecv(src string, n int, fl flagged) {
	s, q, want := r.opened(fl), r.parse(src), fl.text("want")
	if s.deaf {
		r.brokenf("ws: what was opened with -deaf reads nothing")
	}
	within := fl.duration("within", defaultQuit)
	end := time.Now().Add(within)
	var first [][]byte
	for i, l := range s.conns {
		l.wait(end, func() bool { return len(l.inbox) >= n })
		got := l.take(n)
		if len(got) < n {
			r.wsFail(s, l, fmt.Sprintf("%s over the WebSocket within %v", counted(n, "message"), within), s.which(i)+came(got))
		}
		if i == 0 {
			first = got
			r.vars["MESSAGE"] = messageDoc(got, fl.is("n"))
		} else if slices.EqualFunc(got, first, bytes.Equal) {
			continue // what holds of the first holds of this one
		}
		if f := r.judge(q, messageDoc(got, fl.is("n"))); f != nil {
			found := foundBy(f, want)
			if found != "" {
				found += "\n"
			}
			r.fail(Failure{Want: cmpOr(want, f.want), Got: s.which(i) + capped([]byte(found)) + came(got)})
		}
	}
}

// which names a socket of several.
func (s *sockets) which(i int) string {
	if len(s.conns) == 1 {
		return ""
	}
	return fmt.Sprintf("at listener %d of %d:\n", i+1, len(s.conns))
}

// messageDoc is what jq sees: JSON, or text that is none as a string.
func messageDoc(messages [][]byte, many bool) any {
	list := make([]any, len(messages))
	for i, m := range messages {
		doc, err := document(m)
		if err != nil {
			doc = strings.ToValidUTF8(string(m), "�")
		}
		list[i] = doc
	}
	if many {
		return list
	}
	return list[0]
}

// came shows messages, of many the first and the last.
func came(messages [][]byte) string {
	const most = 5
	var lines []string
	for i, m := range messages {
		if len(messages) > 2*most && i == most {
			lines = append(lines, fmt.Sprintf("… %d more", len(messages)-2*most))
		}
		if len(messages) <= 2*most || i < most || i >= len(messages)-most {
			lines = append(lines, clip(string(m)))
		}
	}
	if len(lines) == 0 {
		return "no message came"
	}
	return fmt.Sprintf("%s came:\n%s", counted(len(messages), "message"), strings.Join(lines, "\n"))
}

// wsClosed asserts that the program closes every socket, and with which code.
func (r *run) wsClosed(codes []string, fl flagged) {
	s, code := r.opened(fl), 0
	if len(codes) > 0 {
		var err error
		if code, err = strconv.Atoi(codes[0]); err != nil {
			r.usage("ws", fmt.Sprintf("%q is no close code", codes[0]))
		}
	}
	within := fl.duration("within", defaultQuit)
	want := "the program closes the WebSocket"
	if code > 0 {
		want += " with " + closeText(code)
	}
	end := time.Now().Add(within)
	for i, l := range s.conns {
		if s.deaf {
			l.listen() // what is left there comes before the end
		}
		switch got, ended := l.ended(end); {
		case l.overrun():
			r.wsFail(s, l, want, s.which(i)+"it went on and on")
		case !ended:
			r.fail(Failure{Want: fmt.Sprintf("%s within %v", want, within), Got: s.which(i) + "it is still open"})
		case code > 0 && got != code:
			r.wsFail(s, l, want, s.which(i)+"it ended with "+closeText(got))
		case got == websocket.CloseAbnormalClosure && i == 0:
			r.failIfGone(s, want, 500*time.Millisecond) // a crash is no close
		}
	}
}

// failIfGone fails a check whose program ended by itself, which is known some time later.
func (r *run) failIfGone(s *sockets, want string, within time.Duration) {
	if s.server.signalled {
		return
	}
	select {
	case <-s.server.proc.Done():
		r.failIfRaced(s.server)
		r.fail(Failure{Want: want, Got: "the program " + s.server.proc.Exit().String(), Crash: true})
	case <-time.After(within):
	}
}

// wsFail is fail for a socket that may have ended because the program did.
func (r *run) wsFail(s *sockets, l *listener, want, got string) {
	if code, ended := l.ended(time.Now()); ended && code == websocket.CloseAbnormalClosure {
		r.failIfGone(s, want, 2*time.Second) // it fails anyhow
	}
	if err := l.failed(); err != "" {
		got += "\n" + err
	}
	r.fail(Failure{Want: want, Got: got})
}

// close ends the sockets from this side, as a client does that goes away.
func (s *sockets) close() {
	for _, l := range s.conns {
		bye := websocket.FormatCloseMessage(websocket.CloseNormalClosure, "")
		l.conn.WriteControl(websocket.CloseMessage, bye, time.Now().Add(100*time.Millisecond))
		l.conn.Close()
		l.reading.Wait()
	}
}
