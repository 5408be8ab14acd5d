package suite

import (
	"runtime"
	"strings"
	"testing"
	"time"
)

// Ensure that an upstream answers, fails, hangs, refuses and recovers as it is told.
func TestUpstream(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# it is passed on
upstream UP -json '{rate: $RANDOM_ID}'
serve -env UPSTREAM_URL=$UP
GET /fetch?of=eur
status 200
json '.rate == $RANDOM_ID'
reached UP 1 -path '^/rates\?of=eur$'
reached UP 0

# every way to fail
upstream UP -status 503
GET /fetch
status 502
upstream UP -hang
GET /fetch
status 504
reached UP 2
upstream UP -refuse
GET /fetch
status 502
reached UP 0
upstream UP -raw text
GET /fetch
header Content-Type '^text/plain'
body -is text
upstream UP -refuse
upstream UP -refuse
upstream UP
GET /fetch
body -is {}

# one that begins by refusing
upstream OTHER -refuse
serve -env UPSTREAM_URL=$OTHER
GET /fetch
status 502
upstream OTHER -status 204
GET /fetch
status 502
reached OTHER 1
reached UP 2
`)
}

// Ensure that a request which hangs is answered when the upstream changes.
func TestUpstreamRecoversWhileAsked(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# it is answered at last
upstream UP -hang
serve -env UPSTREAM_URL=$UP
tcp send 'GET /fetch HTTP/1.0\r\n\r\n'
reached UP 1
upstream UP -raw late
tcp recv late
tcp closed
`)
}

// Ensure that what a learner reads of an upstream can be done by hand.
func TestUpstreamShown(t *testing.T) {
	t.Parallel()
	f := fails(t, "example", `# it is passed on
upstream OTHER
upstream UP
serve -env UPSTREAM_URL=$UP -env A=1
upstream UP -status 503 -json '{a: "it''s"}'
POST /echo -raw $UP/x
GET /fetch
reached UP 2
`)
	sameString(t, "Env", strings.Join(f.Env, " "), "UPSTREAM_URL=http://localhost:9091 A=1")
	sameString(t, "Prepare", strings.Join(f.Prepare, "\n"), `while true; do printf 'HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 12\r\nConnection: close\r\n\r\n%s' '{"a":"it'\''s"}' | nc -l 9091; done   # in a terminal of its own`)
	sameString(t, "Setup", strings.Join(f.Setup, "\n"), `curl -i -X POST -H 'Content-Type:' --data-binary http://localhost:9091/x http://localhost:8080/echo`)
	sameString(t, "Want", f.Want, "2 requests to the upstream at localhost:9091")
	sameString(t, "Got", f.Got, "1 request reached it:\nGET /rates?of=")
	f = fails(t, "example", "# it asks\nupstream UP -hang\nserve -env UPSTREAM_URL=$UP\nGET /\nreached UP 1 -path ^/rates\n")
	sameString(t, "Prepare", strings.Join(f.Prepare, "\n"), "nc -lk 9090   # in a terminal of its own: it takes requests and never answers")
	sameString(t, "Want", f.Want, "1 request with a path that matches ^/rates to the upstream at localhost:9090")
	sameString(t, "Got", f.Got, "no request reached it")
	f = fails(t, "example", "# it asks\nupstream UP\nserve -env UPSTREAM_URL=$UP\nupstream UP -refuse\nGET /fetch\nstatus 200\n")
	sameString(t, "Prepare", strings.Join(f.Prepare, "\n"), "# nothing listens on port 9090")
}

// Ensure that neither an upstream that hangs nor clients that hang up leave anything
// of the grader behind.
func TestNothingStays(t *testing.T) {
	passes(t, "example", "# what stays for good is there\nserve\nGET /\nstatus 200\n")
	before := runtime.NumGoroutine()
	passes(t, "example", `# they go away
upstream UP -hang
serve -env UPSTREAM_URL=$UP -env SLOW=20s
parallel 50 -hangup 100ms -- GET /slow -- GET /fetch
codes gone=50
tcp send 'GET /fetch HTTP/1.0\r\n\r\n'
`)
	var now int
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if now = runtime.NumGoroutine(); now <= before {
			return
		}
	}
	stacks := make([]byte, 1<<16)
	t.Errorf("%d goroutines were there, and now %d:\n%s", before, now, stacks[:runtime.Stack(stacks, true)])
}
