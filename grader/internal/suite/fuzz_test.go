package suite

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
