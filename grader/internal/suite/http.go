package suite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

// request is one exchange to make.
type request struct {
	method, path string
	headers      [][2]string
	body         []byte // nil: none
	chunked      bool   // the body goes in two chunks, without a Content-Length
	gzip         bool   // a compressed answer is asked for, and decoded
	h2c          bool   // HTTP/2 from the first byte, without TLS
	within       time.Duration
	server       string
	host         string // for the Host header; "" is localhost
}

// response is what came back.
type response struct {
	request *request
	proto   string
	status  int
	header  http.Header
	body    []byte
	took    time.Duration
	garbled string // why the body cannot be decoded, in words
}

// exchange makes one request on conn, which it closes. It follows no redirect, decodes
// nothing that was not asked for, and one absolute deadline bounds all of it.
func exchange(conn net.Conn, q *request) (*response, error) {
	defer conn.Close()
	began := time.Now()
	conn.SetDeadline(began.Add(q.within))
	if q.h2c {
		return exchangeH2C(conn, q)
	}
	go conn.Write(q.bytes()) // ends with the connection; an answer may come before all is read
	req := &http.Request{Method: q.method}
	limited := &io.LimitedReader{R: conn, N: maxHeader}
	br := bufio.NewReader(limited)
	var res *http.Response
	for {
		var err error
		res, err = http.ReadResponse(br, req)
		if err != nil {
			if limited.N <= 0 {
				return nil, fmt.Errorf("the response has more than %d KiB of header", maxHeader>>10)
			}
			if time.Since(began) >= q.within { // half a line at the deadline is taken for a whole one
				return nil, os.ErrDeadlineExceeded
			}
			return nil, err
		}
		// Anything from 100 to 199 but a switch of protocols only announces the answer.
		if res.StatusCode >= 200 || res.StatusCode == http.StatusSwitchingProtocols {
			break
		}
	}
	limited.N = maxWire
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	switch {
	case len(body) > maxBody || limited.N <= 0:
		return nil, fmt.Errorf("the body goes on after %d MiB", maxBody>>20)
	case err != nil:
		return nil, fmt.Errorf("the body breaks off after %d bytes: %w", len(body), err)
	}
	out := &response{request: q, proto: res.Proto, status: res.StatusCode, header: res.Header, body: body, took: time.Since(began)}
	if q.gzip {
		out.decode()
	}
	return out, nil
}

// bytes is the request as it goes on the wire. It is not left to net/http, which
// would rewrite a path that begins with //.
func (q *request) bytes() []byte {
	host, agent := cmpOr(q.host, "localhost"), "grader"
	var headers strings.Builder
	for _, h := range q.headers {
		switch {
		case strings.EqualFold(h[0], "Host"):
			host = h[1]
		case strings.EqualFold(h[0], "User-Agent"):
			agent = h[1]
		default:
			fmt.Fprintf(&headers, "%s: %s\r\n", h[0], h[1])
		}
	}
	if q.gzip {
		headers.WriteString("Accept-Encoding: gzip\r\n")
	}
	body := q.body
	switch {
	case q.chunked:
		headers.WriteString("Transfer-Encoding: chunked\r\n")
		half := len(body) / 2
		body = fmt.Appendf(nil, "%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n", half, body[:half], len(body)-half, body[half:])
	case q.body != nil || slices.Contains([]string{"POST", "PUT", "PATCH"}, q.method):
		fmt.Fprintf(&headers, "Content-Length: %d\r\n", len(q.body))
	}
	return fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\n%s\r\n%s", q.method, q.path, host, agent, headers.String(), body)
}

// trouble tells a failed exchange in words a learner knows.
func trouble(err error, within time.Duration) string {
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return fmt.Sprintf("no complete answer within %v", within)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed before the answer was complete"
	case strings.Contains(err.Error(), "connection refused"):
		return "the connection was refused: nothing listens there any more"
	case strings.Contains(err.Error(), "connection reset"):
		return "the connection was reset before the answer was complete"
	}
	return capped([]byte(err.Error()))
}

// send makes the request to its server and keeps the response.
func (r *run) send(q *request) {
	r.note(r.serverNamed(q.server), q.curl())
	r.ask(q)
}

// ask is send for a request that is noted already.
func (r *run) ask(q *request) {
	s := r.serverNamed(q.server)
	r.resp, r.several = nil, nil
	ctx, cancel := context.WithTimeout(r.ctx, q.within)
	defer cancel()
	conn, err := r.dial(ctx, s)
	var res *response
	if err == nil {
		asked := q
		if s.remote != nil {
			asked = s.remote.at(q)
		}
		res, err = exchange(conn, asked)
	}
	if err != nil {
		r.noAnswer(s, q.curl(), "an answer", trouble(err, q.within))
	}
	r.readable(res, q.curl())
	r.resp = res
	r.vars["STATUS"], r.vars["HEADERS"] = res.status, headersOf(res)
	r.vars["LAST_MS"] = millis(res.took)
	r.ts.Setenv("LAST_MS", text(millis(res.took)))
}

// noAnswer fails a check whose request was not answered.
func (r *run) noAnswer(s *server, curl, want, got string) {
	if s.remote != nil {
		r.fail(Failure{Request: curl, Want: want, Got: got, Crash: true})
	}
	// A crash reaches us through the socket before the process table knows.
	select {
	case <-s.proc.Done():
		r.failIfRaced(s)
		got = "the program " + s.proc.Exit().String() + " instead of answering"
	case <-time.After(500 * time.Millisecond): // a busy machine takes its time
	}
	r.fail(Failure{Request: curl, Want: want, Got: got, Crash: true})
}

// headersOf is $HEADERS: the last response's headers under their lower-case names, so
// that `set ETAG '$HEADERS.etag'` keeps one.
func headersOf(res *response) map[string]any {
	all := map[string]any{}
	for name, values := range res.header {
		all[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	return all
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// shown is a response as a learner would see it, body last.
func (res *response) shown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n", res.status, http.StatusText(res.status))
	for _, name := range []string{"Content-Type", "Content-Encoding", "Location", "Allow", "Vary"} {
		if v := res.header.Values(name); len(v) > 0 {
			fmt.Fprintf(&b, "%s: %s\n", name, strings.Join(v, ", "))
		}
	}
	if len(res.body) > 0 {
		fmt.Fprintf(&b, "\n%s", capped(res.body))
	}
	return strings.TrimRight(b.String(), "\n")
}

// capped is a body short enough to show.
func capped(body []byte) string {
	const limit = 4 << 10
	if len(body) > limit {
		return fmt.Sprintf("%s\n… %d more bytes", body[:limit], len(body)-limit)
	}
	return string(body)
}
