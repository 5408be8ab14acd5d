package suite

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"reflect"
	"strings"
	"testing"
	"time"

	"echofromzero/grader/internal/sandbox"
)

// requests are written as in a suite.
var requests = []string{
	`GET /echo`,
	`GET /echo?page=2&tag=a&tag=b`,
	`GET /docs/../echo`,
	`GET /docs/./echo`,
	`GET /echo/..`,
	`GET /echo/%2e%2e/canary.txt`,
	`GET /echo/p%2f..%2fx`,
	`GET '/echo/[a-z]/{x,y}?q=[1-3]'`,
	`GET //echo//x`,
	`GET '/echo?a=1;b=''x''&c=$HOME|d'`,
	`GET /echo -H 'X-Quote: it''s "quoted"' -H 'X-Two: 1' -H 'X-Two: 2' -H 'X-Empty:'`,
	`GET /echo -H 'Host: example.com' -H 'User-Agent: mine' -H 'Accept: a/b, */*;q=0.1' -H 'If-None-Match: "1", W/"2"'`,
	`GET /echo -json '{a: 1}'`,
	`DELETE /echo`,
	`PUT /echo/7 -json '{title: "it''s \"quoted\" \\ $HOME ` + "`id`" + ` ü\n", tags: []}'`,
	`PATCH /echo -json '{}' -H 'Content-Type: application/merge-patch+json'`,
	`POST /echo`,
	`POST /echo -json '[1, 2, {a: null}]'`,
	`POST /echo -raw ''`,
	`POST /echo -raw '@/etc/hostname'`,
	`POST /echo -raw '{"not": json'`,
	`POST /echo -file body.txt`,
	`OPTIONS /echo -H 'Origin: http://localhost' -H 'Access-Control-Request-Method: PUT'`,
}

// Ensure that the curl line of a failure makes the same request by hand: the real
// curl, in a real shell, against a program that tells what arrived.
func TestCurl(t *testing.T) {
	needTools(t, "sh", "curl")
	port := startExample(t)
	for _, line := range requests {
		t.Run(strings.ReplaceAll(line, "/", "|"), func(t *testing.T) {
			t.Parallel()
			f := fails(t, "example", "# one\nserve\n"+line+"\nbody -is no\n-- body.txt --\ntwo\n'lines'\n")
			want := arrived(t, line, f.Got)
			_, answer, _ := strings.Cut(byHand(t, f.Request, port), "\r\n\r\n")
			if got := arrived(t, line, answer); !reflect.DeepEqual(got, want) {
				t.Errorf("%s\nsends %v\nwant  %v", f.Request, got, want)
			}
		})
	}
}

// arrived reads what the program says of a request, without the headers in which
// curl and the grader differ if the script sets none.
func arrived(t *testing.T, line, answer string) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(answer), &doc); err != nil {
		t.Fatalf("%v: %.200s", err, answer)
	}
	headers := doc["headers"].(map[string]any)
	for _, name := range []string{"Host", "User-Agent", "Accept", "Content-Length"} {
		if !strings.Contains(line, name+": ") {
			delete(headers, name)
		}
	}
	return doc
}

// Ensure that a body too long to show is replaced by one of its length, in a line
// that a shell accepts.
func TestCurlLongBody(t *testing.T) {
	needTools(t, "sh", "curl", "head", "tr")
	port := startExample(t)
	for _, n := range []int{1000, 5000, 200_000, 2_000_000} {
		f := fails(t, "example", fmt.Sprintf("# one\nserve\nPOST /echo -json '\"x\" * %d'\nset N '.body | length'\nstatus 404\n", n-2))
		if n > longBody && len(f.Request) > 300 {
			t.Errorf("the line for %d bytes has %d", n, len(f.Request))
		}
		out := byHand(t, f.Request, port) // which may begin with a 100 Continue
		if doc := arrived(t, "", out[strings.LastIndex(out, "\r\n\r\n")+4:]); len(doc["body"].(string)) != n {
			t.Errorf("%d bytes arrived of %d", len(doc["body"].(string)), n)
		}
		if !changes(f.Request) {
			t.Errorf("%s is not seen as one that changes something", f.Request)
		}
	}
}

// Ensure that the line for many requests makes them, whatever braces they hold.
func TestManyCurl(t *testing.T) {
	needTools(t, "sh", "curl", "seq", "xargs")
	for _, body := range []string{`{}`, `{tags: ["{}_", "it''s"]}`, `{title: ""}`} {
		port := startExample(t)
		f := fails(t, "example", "# one\nserve\nparallel 5 -- POST /api/v1/articles -json '"+body+"'\ncodes 200=5\n")
		sameString(t, "Got", f.Got, "201=5")
		if out := byHand(t, f.Request, port); strings.Count("\n"+strings.ReplaceAll(out, "\n", "\n\n"), "\n201\n") != 5 {
			t.Errorf("%s\ngives\n%s", f.Request, out)
		}
	}
}

func needTools(t *testing.T, tools ...string) {
	t.Helper()
	if windows {
		t.Skip("the lines are for a POSIX shell")
	}
	for _, tool := range tools {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("needs %s: %v", tool, err)
		}
	}
	t.Parallel()
}

// startExample starts the example program for the length of a test.
func startExample(t *testing.T) (port int) {
	t.Helper()
	box := sandbox.Host(sandbox.Limits{})
	t.Cleanup(func() { box.Close() })
	port, err := box.Port()
	if err != nil {
		t.Fatal(err)
	}
	p, err := box.Start(sandbox.Spec{Path: programs["example"], Dir: t.TempDir(), Env: []string{"HOST=127.0.0.1", fmt.Sprint("PORT=", port)}})
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		conn, err := box.Dial(t.Context(), port)
		if err == nil {
			conn.Close()
			return port
		}
		if p.Ended() || time.Now().After(end) {
			t.Fatalf("the example does not start: %v\n%s", err, p.Output())
		}
	}
}

// byHand runs a line as a learner would, against the program at port.
func byHand(t *testing.T, line string, port int) string {
	t.Helper()
	line = strings.ReplaceAll(line, "localhost:8080", fmt.Sprint("127.0.0.1:", port))
	out, err := exec.Command("sh", "-c", line).Output()
	if err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	return string(out)
}
