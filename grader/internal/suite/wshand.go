package suite

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// relist notes what repeats by hand what the sockets have done so far, in the place of
// what was noted before.
func (r *run) relist(s *sockets, n int) {
	s.server.forget(s.line)
	s.line = s.dialed.asked().listenLine()
	if len(s.sent) > 0 {
		s.line = s.dialed.asked().talkLine(s.sent)
	}
	if n > 1 {
		s.line += fmt.Sprintf("   # as each of the %d clients", n)
	}
	r.note(s.server, s.line)
}

// listenLine shows, in the background, what comes over a WebSocket.
func (q *request) listenLine() string {
	return strings.Replace(q.curl(), "curl -i", "curl -i -N", 1) + " &"
}

// talkLine says something too. A client masks what it sends, here with zeros, so that
// the text can be read.
func (q *request) talkLine(messages []wsMessage) string {
	var b strings.Builder
	fmt.Fprintf(&b, "(printf '%s'; sleep 1", printfText(string(q.bytes())))
	for _, m := range messages {
		fmt.Fprintf(&b, "; printf '%s'; sleep 1", printfText(string(m.frame())))
	}
	return b.String() + ") | nc localhost 8080 &"
}

// frame is the message as RFC 6455, section 5.2, has it, with a mask of zeros.
func (m wsMessage) frame() []byte {
	const whole, masked = 0x80, 0x80
	out := []byte{whole | byte(m.kind)}
	switch n := len(m.text); {
	case n < 126:
		out = append(out, masked|byte(n))
	case n < 1<<16:
		out = binary.BigEndian.AppendUint16(append(out, masked|126), uint16(n))
	default:
		out = binary.BigEndian.AppendUint64(append(out, masked|127), uint64(n))
	}
	return append(append(out, 0, 0, 0, 0), m.text...)
}

// printfText escapes a text for a format of printf in single quotes.
func printfText(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		switch {
		case c == '\r':
			b.WriteString(`\r`)
		case c == '\n':
			b.WriteString(`\n`)
		case c == '%':
			b.WriteString("%%")
		case c == '\'':
			b.WriteString(`'\''`)
		case c == '\\', c < ' ', c > '~':
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
