package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// rawSocket is the connection of the `tcp` commands, and what came over it.
type rawSocket struct {
	conn   net.Conn
	server *server
	got    bytes.Buffer
	pieces []string // commands that repeat by hand what was sent over it, and what was asked in between
	line   string   // what was noted of them
}

func tcp(r *run, neg bool, args []string) {
	fl := r.flags("tcp", args, "within", "name")
	if len(fl.rest) == 0 {
		r.usage("tcp", "it takes a verb")
	}
	within := fl.duration("within", defaultRequest)
	switch verb, rest := fl.rest[0], fl.rest[1:]; {
	case neg && (verb != "recv" || len(rest) != 1):
		r.usage("tcp", "`!` stands only before recv")
	case neg:
		if got := r.open().got.Bytes(); r.regexp("tcp", rest[0]).Match(got) {
			r.talkedLast()
			r.fail(Failure{Want: "no bytes that match " + rest[0], Got: capped(got)})
		}
	case verb == "send" && len(rest) == 1:
		r.tcpSend(r.serverNamed(fl.text("name")), rest[0], within)
	case verb == "recv" && len(rest) == 1:
		re := r.regexp("tcp", rest[0])
		s := r.open()
		if !s.read(within, func() bool { return re.Match(s.got.Bytes()) }) {
			r.talkedLast()
			r.fail(Failure{Want: "bytes that match " + rest[0], Got: cmpOr(capped(s.got.Bytes()), "nothing came")})
		}
	case verb == "closed" && len(rest) == 0:
		s := r.open()
		if s.read(within, func() bool { return false }); s.conn != nil {
			r.talkedLast()
			r.fail(Failure{Want: fmt.Sprintf("the program closes the connection within %v", within), Got: "it is still open"})
		}
	case verb == "close" && len(rest) == 0:
		r.open().hangUp()
	default:
		r.usage("tcp", "the verb is send, recv, closed or close")
	}
}

func (r *run) open() *rawSocket {
	if r.socket == nil {
		r.brokenf("`tcp send` comes first")
	}
	return r.socket
}

// tcpSend writes to the open connection, or to a new one after a close or when the
// open one leads to another program.
func (r *run) tcpSend(s *server, text string, within time.Duration) {
	raw, err := unescape(text)
	if err != nil {
		r.usage("tcp", err.Error())
	}
	piece := "printf '" + printfText(string(raw)) + "'"
	if old := r.socket; old != nil && old.server != s {
		old.hangUp()
	}
	if r.socket == nil || r.socket.conn == nil {
		line := piece + toSocket
		r.note(s, line)
		ctx, cancel := context.WithTimeout(r.ctx, within)
		defer cancel()
		conn, err := r.box.Dial(ctx, s.port)
		if err != nil {
			r.noAnswer(s, line, "a connection", trouble(err, within))
		}
		context.AfterFunc(r.ctx, func() { conn.Close() })
		r.socket = &rawSocket{conn: conn, server: s, pieces: []string{piece}, line: line}
	} else {
		r.socket.goOn(piece)
		r.note(s, r.socket.line)
	}
	r.socket.conn.SetWriteDeadline(time.Now().Add(within))
	if _, err := r.socket.conn.Write(raw); err != nil {
		r.fail(Failure{Want: "the program reads what is sent", Got: trouble(err, within)})
	}
}

// toSocket sends what commands print to the program.
const toSocket = " | nc localhost 8080"

// goOn makes one command of all that was sent over the connection, in the place of what
// was noted of it before. What was asked in between and may have changed something is
// part of it: the order is the point of a request that comes in pieces.
func (s *rawSocket) goOn(piece string) {
	sent := s.server.sent
	if first := s.server.latest(s.line); first >= 0 {
		for _, line := range sent[first+1:] {
			if command, _, _ := strings.Cut(line, "   # "); changes(command) && !strings.HasSuffix(command, "&") {
				s.pieces = append(s.pieces, command+" >&2")
			}
		}
		s.server.sent = sent[:first:first]
	}
	s.pieces = append(s.pieces, piece)
	s.line = "(" + strings.Join(s.pieces, "; sleep 1; ") + "; sleep 1)" + toSocket
}

// talkedLast notes the connection's line once more, as the last, for a failure that is
// about what came over it.
func (r *run) talkedLast() {
	r.socket.server.forget(r.socket.line)
	r.note(r.socket.server, r.socket.line)
}

// read takes what comes until enough says so; after a close conn is nil.
func (s *rawSocket) read(within time.Duration, enough func() bool) bool {
	if s.conn == nil {
		return enough()
	}
	s.conn.SetReadDeadline(time.Now().Add(within))
	buf := make([]byte, 4096)
	for !enough() {
		n, err := s.conn.Read(buf)
		s.got.Write(buf[:n])
		if s.got.Len() > maxBody || errors.Is(err, os.ErrDeadlineExceeded) {
			return enough()
		}
		if err != nil {
			s.hangUp()
			return enough()
		}
	}
	return true
}

// hangUp closes the connection, if it is open still.
func (s *rawSocket) hangUp() {
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
}

// unescape reads \r, \n, \t, \\ and \xNN.
func unescape(s string) ([]byte, error) {
	quoted := `"` + strings.ReplaceAll(s, `"`, `\"`) + `"`
	out, err := strconv.Unquote(quoted)
	if err != nil {
		return nil, fmt.Errorf("%q: escapes are \\r \\n \\t \\\\ \\xNN", s)
	}
	return []byte(out), nil
}
