package suite

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"net/http"
	"sync/atomic"

	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/rogpeppe/go-internal/testscript"

	"echofromzero/grader/internal/catalog"
)

// FuzzResponse ensures that whatever bytes a program answers with, reading them ends
// and stays within the limits.
func FuzzResponse(f *testing.F) {
	for _, s := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\nx", "HTTP/1.0 200\r\n\r\nrest",
		"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxy", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n", "hello", "", "HTTP/1.1 200 OK\r\nA",
	} {
		f.Add([]byte(s), false, true)
	}
	f.Fuzz(func(t *testing.T, answer []byte, head, gzip bool) {
		ours, theirs := net.Pipe()
		go io.Copy(io.Discard, theirs)
		go func() {
			theirs.Write(answer)
			theirs.Close()
		}()
		q := &request{method: "GET", path: "/", within: time.Minute, gzip: gzip}
		if head {
			q.method = "HEAD"
		}
		res, err := exchange(ours, q)
		switch {
		case err != nil:
			if strings.TrimSpace(trouble(err, q.within)) == "" {
				t.Fatalf("no words for %v", err)
			}
		case len(res.body) > maxBody || res.status < 101:
			t.Fatalf("status %d, %d bytes", res.status, len(res.body))
		default:
			res.shown()
			headersOf(res)
		}
	})
}

// FuzzFlags ensures that any words behind a command are options, their values and a
// rest, in which nothing is lost, or a usage error.
func FuzzFlags(f *testing.F) {
	for _, s := range []string{"/path", "-H|A: b|/x|-json|{}", "-within|1s|/", "-within|never", "-gzip|--|-gzip", "-H", "-json|1|-json|2", "-|-x|--|", "-gzip|-gzip"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Split(line, "|")
		dir := t.TempDir()
		script := filepath.Join(dir, "x.txtar")
		if err := os.WriteFile(script, []byte("take\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		r := newRun(t.Context(), "1.1", &catalog.Suite{File: "x"}, Options{}, dir, nil)
		var fl *flagged
		st := &scriptT{}
		st.Run("", func(tt testscript.T) {
			testscript.RunT(tt, testscript.Params{Files: []string{script}, Cmds: map[string]func(*testscript.TestScript, bool, []string){
				"take": func(ts *testscript.TestScript, _ bool, _ []string) {
					r.ts = ts
					got := r.flags("GET", words, "H*", "json", "within", "gzip!")
					got.duration("within", time.Second)
					fl = &got
				}}})
		})
		if fl == nil {
			if !strings.Contains(r.broken, "GET: ") || !strings.Contains(r.broken, "usage: ") {
				t.Fatalf("%q ends with %q and says %q", words, r.broken, st.log.String())
			}
			return
		}
		count := len(fl.rest)
		for name, values := range fl.all {
			count += len(values)
			if name != "gzip" { // the others have a word of their own
				count += len(values)
			}
		}
		if count != len(words) && count != len(words)-1 { // a -- is dropped
			t.Fatalf("%q became %v and %q", words, fl.all, fl.rest)
		}
	})
}

// FuzzFrames ensures that whatever bytes come over a WebSocket, reading them ends, and
// what came and why it ended can be told.
func FuzzFrames(f *testing.F) {
	for _, s := range []string{"\x81\x02hi", "\x81\x7e\x00\x80" + strings.Repeat("x", 128), "\x01\x01a\x00\x01b\x80\x01c", "\x88\x02\x03\xe9", "\x88\x00",
		"\x89\x00\x8a\x00", "\x82\x01\xff", "\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", "\xc1\x01a", "\x88\x03\x03\xe8\xff", "\x88\x01\x00", ""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, frames []byte) {
		ours, theirs := net.Pipe()
		go func() {
			req, err := http.ReadRequest(bufio.NewReader(theirs))
			if err != nil {
				return
			}
			sum := sha1.Sum([]byte(req.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
			fmt.Fprintf(theirs, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n",
				base64.StdEncoding.EncodeToString(sum[:]))
			go io.Copy(io.Discard, theirs)
			theirs.Write(frames)
			theirs.Close()
		}()
		d := websocket.Dialer{NetDialContext: func(context.Context, string, string) (net.Conn, error) { return ours, nil }}
		conn, _, err := d.DialContext(t.Context(), "ws://localhost/", nil)
		if err != nil {
			t.Fatal(err)
		}
		conn.SetReadLimit(maxMessage)
		l := newListener(conn, new(atomic.Int64))
		l.listen()
		l.reading.Wait()
		code, ended := l.ended(time.Now())
		got := l.take(len(frames))
		if !ended || code == 0 || l.failed() == "" || closeText(code) == "" || came(got) == "" {
			t.Fatalf("%d %v %q %q", code, ended, l.failed(), got)
		}
		if len(got) > 0 {
			show(messageDoc(got, true))
		}
		if l.kept.Load() != 0 {
			t.Fatalf("%d bytes are kept", l.kept.Load())
		}
	})
}
