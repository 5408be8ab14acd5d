package suite

import (
	"strings"
	"testing"
)

// Ensure that until asks again until the answer is so, and keeps the last one.
func TestUntil(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# it is done soon
serve
POST /job
status 202
until .done -- GET /job
status 200
json .done
until '$STATUS == 404 and . == {message: "Not Found"}' -- GET /none
until '$HEADERS["content-type"] | startswith("text/")' -- GET /
`)
	f := fails(t, "example", "# it is done soon\nserve -env SLOW=20s\nPOST /job\nuntil .done -within 50ms -every 10ms -- GET /job\n")
	sameString(t, "Want", f.Want, ".done, within 50ms")
	sameString(t, "Got", f.Got, "false\n200 OK\nContent-Type: application/json\n\n{\"done\":false}")
	sameString(t, "Request", f.Request, "curl -i http://localhost:8080/job")
	sameString(t, "Setup", strings.Join(f.Setup, "\n"), "curl -i -X POST http://localhost:8080/job")
	f = fails(t, "example", "# it is found\nserve\nuntil '$STATUS == 200' -within 30ms -want 'status 200' -- GET /none\n")
	sameString(t, "Want", f.Want, "status 200, within 30ms")
	hasText(t, "Got", f.Got, "404\n404 Not Found\n")
	f = fails(t, "example", "# it answers\nserve\nuntil .done -- GET /crash\n")
	sameString(t, "Got", f.Got, "the program exited with status 3 instead of answering")
}

// Ensure that several requests are made in turn, each with its client's number.
func TestParallelMixed(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# each client has its turn
serve
set N '"kept"'
parallel 7 -- POST /api/v1/articles -json '{title: "title \($N)"}' -- GET /none -- GET /api/v1/articles
codes '201=3 404=2 200=2'
tally '[.each[].request] == [0, 1, 2, 0, 1, 2, 0]'
tally '[.each[] | select(.request == 0) | .json.title] == ["title 0", "title 3", "title 6"]'
tally 'all(.each[]; .headers["content-type"] == "application/json")'
parallel 4 -- GET '/echo/$N?m=$NO' -- GET /docs/none
tally '[.each[] | select(.request == 0) | .json.path] == ["/echo/0?m=$NO", "/echo/2?m=$NO"]'
GET /echo?m=$N
json '$N == "kept" and .path == "/echo?m=kept"'
`)
	f := fails(t, "example", "# they do\nserve\nparallel 5 -- POST /echo -json '{n: $N, m: {}}' -- GET /\ncodes 201=5\n")
	sameString(t, "Request", f.Request, `seq 3 | xargs -P 3 -I{}_ curl -s -w '%{http_code}\n' -X POST -H 'Content-Type: application/json' --data-binary '{"m":{},"n":{}_}' http://localhost:8080/echo`+
		` & seq 2 | xargs -P 2 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/; wait`)
	f = fails(t, "example", "# they do\nserve\nparallel 3 -- GET '/none/$N'\ncodes 200=3\n")
	sameString(t, "Request", f.Request, `seq 3 | xargs -P 3 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/none/{}`)
}

// Ensure that clients which hang up are counted, and the program notices them.
func TestHangup(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# it notices
serve -env SLOW=20s
parallel 8 -hangup 200ms -- GET /slow -- GET /
codes 'gone=4 200=4'
tally '.each[0] == {status: 0, ms: 200, json: null, body: "", headers: {}, request: 0}'
log '.msg == "the client is gone"' -n 4
`)
	f := fails(t, "example", "# all are answered\nserve -env SLOW=20s\nparallel 2 -hangup 100ms -- GET /slow\ncodes 200=2\n")
	sameString(t, "Request", f.Request, `seq 2 | xargs -P 2 -I{} curl -s -m 0.1 -w '%{http_code}\n' http://localhost:8080/slow`)
	sameString(t, "Got", f.Got, "gone=2")
}

// Ensure that gzip is decoded if it was asked for, and what is no gzip is told.
func TestGzip(t *testing.T) {
	t.Parallel()
	passes(t, "example", "# it is smaller\nserve\nGET / -gzip\nheader Content-Encoding ^gzip$\nbody -is Hello\n! body \\x1f\nGET /\n! header Content-Encoding\n"+
		"GET /slow -gzip\njson '.served == 1'\nparallel 3 -- GET / -gzip\ntally 'all(.each[]; .body == \"Hello\\n\")'\nHEAD / -gzip\nstatus 200\n")
	for _, request := range []string{"GET / -gzip", "parallel 2 -- GET / -gzip"} {
		f := fails(t, "example", "# it is gzip\nserve -env GZIP=no\n"+request+"\nstatus 200\n")
		sameString(t, "Want", f.Want, "a body in gzip, as Content-Encoding says")
		hasText(t, "Got", f.Got, "the body is no gzip: ")
		hasText(t, "Request", f.Request, " --compressed http://localhost:8080/")
	}
}

// Ensure that a body in chunks arrives whole, without a length.
func TestChunked(t *testing.T) {
	t.Parallel()
	passes(t, "example", "# it is whole\nserve\nPOST /echo -raw 'two chunks' -chunked\njson '.body == \"two chunks\" and (.headers | has(\"Content-Length\") | not)'\n")
	f := fails(t, "example", "# it is whole\nserve\nPOST /echo -json '{a: 1}' -chunked\nstatus 400\n")
	sameString(t, "Request", f.Request, `curl -i -X POST -H 'Content-Type: application/json' -H 'Transfer-Encoding: chunked' --data-binary '{"a":1}' http://localhost:8080/echo`)
	q := &request{method: "POST", path: "/", body: []byte("abc"), chunked: true}
	hasText(t, "on the wire", string(q.bytes()), "\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n2\r\nbc\r\n0\r\n\r\n")
}

// Ensure that the client of `tcp` can hang up, and begin again.
func TestTCPClose(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# it notices
serve -env SLOW=20s
tcp send 'GET /slow HTTP/1.1\r\nHost: x\r\n\r\n'
tcp close
log '.msg == "the client is gone"'
tcp close
tcp send 'GET / HTTP/1.0\r\n\r\n'
tcp recv Hello
`)
}

// Ensure that -h2c speaks HTTP/2, and that a program which does not is told so.
func TestH2C(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# it speaks HTTP/2
serve
PUT /echo/a%2fb -h2c -json '{a: 1}' -H 'Host: example.com' -H 'X-Two: 1'
status 200
header Content-Type json
json '.method == "PUT" and .path == "/echo/a%2fb" and .body == "{\"a\":1}" and .headers.Host == ["example.com"] and .headers["X-Two"] == ["1"]'
HEAD / -h2c
body -is ''
parallel 3 -- GET / -h2c -- GET /
codes 200=3
`)
	f := fails(t, "example", "# it speaks HTTP/2\nserve -env HTTP2=no\nGET / -h2c\nstatus 200\n")
	sameString(t, "Request", f.Request, "curl -i --http2-prior-knowledge http://localhost:8080/")
	sameString(t, "Want", f.Want, "an answer")
	hasText(t, "Got", f.Got, "no answer in HTTP/2: ")
	f = fails(t, "odd", "# it answers\nserve -env MODE=hang\nGET / -h2c -within 300ms\nstatus 200\n")
	sameString(t, "Got", f.Got, "no complete answer within 300ms")
}

// Ensure that requests of -later are under way while the script goes on, also past
// the end of the program, and that what became of them is told when it is asked for.
func TestParallelLater(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# they are answered
serve -env SLOW=300ms
parallel 4 -later -- GET /slow
until '.running == 4' -- GET /running
quit -no-wait
tally '([.each[].json.served] | sort) == [1, 2, 3, 4]'
codes 200=4
exits -within 10s
`)
	f := fails(t, "example", `# they are answered
serve -env SLOW=20s
parallel 4 -later -- GET /slow -within 30s
until '.running == 4' -- GET /running
quit -signal KILL
codes 200=4
`)
	sameString(t, "Request", f.Request, `seq 4 | xargs -P 4 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/slow`)
	sameString(t, "Want", f.Want, "4 answers")
	sameString(t, "Got", f.Got, "the program was ended by a signal: killed instead of answering")
}
