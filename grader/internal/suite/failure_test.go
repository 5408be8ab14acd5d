package suite

import (
	"strings"
	"testing"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/sandbox"
)

// failureCase is a script and what is shown of its failure. Fields that are "" are
// compared all the same; a Want or Got that begins with "~" must only be contained.
type failureCase struct {
	name, program, script string
	request, want, got    string
	crash                 bool
}

const articlesPath = "http://localhost:8080/api/v1/articles"

var failureCases = []failureCase{
	// status
	{name: "status", script: "GET /\nstatus 201", request: "curl -i http://localhost:8080/", want: "201 Created",
		got: "200 OK\nContent-Type: text/plain; charset=utf-8\n\nHello"},
	{name: "status of several", script: "GET /\nstatus 400|404|599", request: "curl -i http://localhost:8080/", want: "400 Bad Request or 404 Not Found or 599",
		got: "~200 OK"},
	{name: "status with headers", script: "PATCH /api/v1/articles\nstatus 200", request: "curl -i -X PATCH " + articlesPath, want: "200 OK",
		got: "405 Method Not Allowed\nContent-Type: application/json\nAllow: GET, POST\n\n{\"message\":\"Method Not Allowed\"}"},
	// header
	{name: "header absent", script: "GET /\nheader ETag", request: "curl -i http://localhost:8080/", want: "a header ETag", got: "no header ETag"},
	{name: "header other", script: "GET /old\nheader location ^/new", request: "curl -i http://localhost:8080/old", want: "a header location that matches ^/new", got: "location: /"},
	{name: "header not", script: "GET /old\n! header Location", request: "curl -i http://localhost:8080/old", want: "no header Location", got: "Location: /"},
	{name: "header not like", script: "GET /old\n! header Location /", request: "curl -i http://localhost:8080/old", want: "no header Location that matches /", got: "Location: /"},
	// body
	{name: "body", script: "GET /\nbody '^Bye$'", request: "curl -i http://localhost:8080/", want: "a body with ^Bye$", got: "Hello\n"},
	{name: "body not", script: "GET /\n! body l+", request: "curl -i http://localhost:8080/", want: "a body without l+", got: "Hello\n"},
	{name: "body is", script: "GET /\nbody -is 'Hello, Echo!'", request: "curl -i http://localhost:8080/", want: "Hello, Echo!", got: "Hello\n"},
	{name: "body is empty", script: "GET /\nbody -is ''", request: "curl -i http://localhost:8080/", want: "an empty body", got: "Hello\n"},
	{name: "body is, empty", script: "HEAD /\nbody -is Hello", request: "curl -I http://localhost:8080/", want: "Hello", got: "an empty body"},
	{name: "body empty", script: "HEAD /\nbody Hello", request: "curl -I http://localhost:8080/", want: "a body with Hello", got: "an empty body"},
	// json
	{name: "json of text", script: "GET /\njson '.a == 1'", request: "curl -i http://localhost:8080/", want: "a body that is one JSON document",
		got: "~the body is no JSON: invalid character 'H' looking for beginning of value\nHello"},
	{name: "json of nothing", script: "HEAD /\njson '.a == 1'", request: "curl -I http://localhost:8080/", want: "a body that is one JSON document", got: "the body is empty"},
	{name: "json comparison", script: "GET /slow\njson '.served == 2'", request: "curl -i http://localhost:8080/slow", want: ".served == 2", got: ".served is 1\n{\"served\":1}"},
	{name: "json order", script: "GET /slow\njson '.served < 1'", request: "curl -i http://localhost:8080/slow", want: ".served < 1", got: ".served is 1\n{\"served\":1}"},
	{name: "json and", script: "GET /slow\njson '.served == 1 and .next == 2 and .no == 3'", request: "curl -i http://localhost:8080/slow", want: ".next == 2", got: ".next is null\n{\"served\":1}"},
	{name: "json computed", script: "GET /slow\njson '.served == (1 + 1)'", request: "curl -i http://localhost:8080/slow", want: ".served == 2", got: ".served is 1\n{\"served\":1}"},
	{name: "json pipe", script: "GET /slow\njson '.served | . > 1 and . > 2'", request: "curl -i http://localhost:8080/slow", want: ".served > 1", got: ".served is 1\n{\"served\":1}"},
	{name: "json function", script: "GET /slow\njson 'has(\"a\")'", request: "curl -i http://localhost:8080/slow", want: "has(\"a\")", got: "false\n{\"served\":1}"},
	{name: "json want", script: "GET /slow\njson 'has(\"a\")' -want 'a key a'", request: "curl -i http://localhost:8080/slow", want: "a key a", got: "{\"served\":1}"},
	{name: "json want of a comparison", script: "GET /slow\njson '([.served] | length) == 2' -want 'two of them'", request: "curl -i http://localhost:8080/slow", want: "two of them", got: "1\n{\"served\":1}"},
	{name: "json error", script: "GET /slow\njson '.served.x == 1'", request: "curl -i http://localhost:8080/slow", want: ".served.x == 1",
		got: "~.served.x: expected an object"},
	{name: "json no value", script: "GET /slow\njson '.served | select(. > 5) | . > 1'", request: "curl -i http://localhost:8080/slow", want: "~> 1", got: "~nothing is there"},
	{name: "json is not true", script: "GET /slow\njson .served", request: "curl -i http://localhost:8080/slow", want: ".served", got: "1\n{\"served\":1}"},
	{name: "json error in a pipe", script: "GET /slow\njson '.served.x | . == 1'", request: "curl -i http://localhost:8080/slow", want: ".served.x | . == 1", got: "~.served.x: expected an object"},
	{name: "json error in a function", script: "GET /slow\njson 'all(.served[]; . > 0)'", request: "curl -i http://localhost:8080/slow", want: "all(.served[]; . > 0)", got: "~cannot iterate over: number (1)"},
	{name: "json and in parentheses", script: "GET /slow\njson '(.served == 1 and .next == 2)'", request: "curl -i http://localhost:8080/slow", want: "(.served == 1 and .next == 2)", got: "false\n{\"served\":1}"},
	{name: "json null", script: "GET /slow\njson .next", request: "curl -i http://localhost:8080/slow", want: ".next", got: "null\n{\"served\":1}"},
	{name: "json long", script: "POST /echo -json '\"x\" * 5000'\njson '.method == \"PUT\"'", request: "~| tr '\\0' x", want: `.method == "PUT"`, got: "~… 1069 more bytes"},
	{name: "json not", script: "GET /slow\n! json '.served == 1'", request: "curl -i http://localhost:8080/slow", want: "not: .served == 1", got: "{\"served\":1}"},
	{name: "json many values", script: "POST /api/v1/articles -json '{title: \"a\"}'\nPOST /api/v1/articles -json '{title: \"b\"}'\nGET /api/v1/articles\njson '.items[].title == \"a\"'",
		request: "curl -i " + articlesPath, want: `.items[].title == "a"`, got: "~more than one value"},
	// set
	{name: "set", script: "GET /slow\nset X '.served.x'\nstatus 200", request: "curl -i http://localhost:8080/slow", want: "a value at .served.x", got: "~expected an object"},
	// parallel, codes, tally
	{name: "parallel unanswered", program: "odd", script: "parallel 3 -- GET /\nstatus 200",
		request: `seq 3 | xargs -P 3 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/`, want: "3 answers", got: "the connection was closed before the answer was complete", crash: true},
	{name: "codes", script: "parallel 5 -- POST /seat\ncodes '201=2 409=3'", request: `seq 5 | xargs -P 5 -I{} curl -s -w '%{http_code}\n' -X POST http://localhost:8080/seat`,
		want: "201=2 409=3", got: "201=1 409=4"},
	{name: "parallel refused", script: "quit\nparallel 3 -- GET /\ncodes 200=3", request: `seq 3 | xargs -P 3 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/`,
		want: "3 connections", got: "the program exited with status 0 instead of answering", crash: true},
	{name: "codes other", script: "parallel 2 -- POST /seat\ncodes 409=1", request: `seq 2 | xargs -P 2 -I{} curl -s -w '%{http_code}\n' -X POST http://localhost:8080/seat`,
		want: "409=1", got: "201=1 409=1"},
	{name: "tally", script: "parallel 2 -- GET /slow\ntally '[.each[].json.served] | sort == [1, 3]'", request: `seq 2 | xargs -P 2 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/slow`,
		want: "[.each[].json.served] | sort == [1,3]", got: "[.each[].json.served] | sort is [1,2]"},
	{name: "tally want", script: "parallel 2 -- GET /slow\ntally '.codes[\"500\"] == 2' -want 'two refusals'", request: `seq 2 | xargs -P 2 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/slow`,
		want: "two refusals", got: "null"},
	{name: "tally want of a function", script: "parallel 2 -- GET /slow\ntally 'all(.each[]; .ms > 5000)' -want 'five seconds'", request: `seq 2 | xargs -P 2 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/slow`,
		want: "five seconds", got: "false"},
	// output; those of log are in log_test.go
	{name: "output", script: "GET /\noutput -stderr 'port \\d+'", request: "curl -i http://localhost:8080/", want: `port \d+ on standard error`, got: "nothing was printed there"},
	{name: "output not", program: "odd", script: "output -stdout '^listening$'\n! output -stdout '^listening$'", want: "nothing on standard output that matches ^listening$", got: "~line 40"},
	{name: "output both", program: "odd", script: "output goodbye", want: "goodbye on output", got: "~line 40"},
	// quit, exits
	{name: "quit deaf", program: "deaf", script: "quit -within 300ms", request: stopByHand, want: "the program ends within 300ms of SIGTERM", got: "it was still running"},
	{name: "quit deaf to INT", program: "deaf", script: "quit -signal INT -within 300ms", request: stopByHand, want: "the program ends within 300ms of SIGINT", got: "it was still running"},
	{name: "exits other", script: "quit\nexits 3", request: stopByHand, want: "the program exits with status 3", got: "it exited with status 0"},
	{name: "exits by signal", script: "quit -signal KILL\nexits", request: killByHand, want: "the program exits with status 0", got: "it was ended by a signal: killed"},
	// tcp
	{name: "tcp recv", script: "tcp send 'GET / HTTP/1.0\\r\\n\\r\\n'\ntcp recv teapot -within 2s", request: `printf 'GET / HTTP/1.0\r\n\r\n' | nc localhost 8080`, want: "bytes that match teapot", got: "~HTTP/1.0 200 OK"},
	{name: "tcp refused", script: "quit\ntcp send x\ntcp recv y", request: "printf 'x' | nc localhost 8080", want: "a connection", got: "the program exited with status 0 instead of answering", crash: true},
	{name: "tcp recv not", script: "tcp send 'GET / HTTP/1.0\\r\\n\\r\\n'\ntcp recv Hello\n! tcp recv 200", request: `printf 'GET / HTTP/1.0\r\n\r\n' | nc localhost 8080`, want: "no bytes that match 200", got: "~HTTP/1.0 200 OK"},
	{name: "tcp recv nothing", script: "tcp send 'GET / 100%''s'\ntcp recv . -within 200ms", request: `printf 'GET / 100%%'\''s' | nc localhost 8080`, want: "bytes that match .", got: "nothing came"},
	{name: "tcp closed", script: "tcp send 'GET '\ntcp closed -within 200ms", request: `printf 'GET ' | nc localhost 8080`, want: "the program closes the connection within 200ms", got: "it is still open"},
}

// Ensure that what came in pieces over a raw connection is repeated in its order, with
// what was asked in between, and is shown before a failure that comes after it.
func TestRawByHand(t *testing.T) {
	t.Parallel()
	const (
		begin = `tcp send 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"title":'` + "\n"
		rest  = `tcp send ' "a"}'` + "\n"
		whole = `(printf 'POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"title":'; sleep 1; ` +
			`curl -i -X POST -H 'Content-Type: application/json' --data-binary '{"title":"b"}' ` + articlesPath + ` >&2; sleep 1; ` +
			`printf ' "a"}'; sleep 1) | nc localhost 8080`
	)
	talk := "# it is right\nserve\n" + begin + "GET /slow\nPOST /api/v1/articles -json '{title: \"b\"}'\n" + rest
	f := fails(t, "example", talk+"tcp recv teapot -within 200ms\n")
	sameString(t, "Request", f.Request, whole)
	sameString(t, "Setup", strings.Join(f.Setup, "\n"), "")
	f = fails(t, "example", talk+"tcp recv 200\nGET /slow\n! tcp recv 200\n")
	sameString(t, "Request", f.Request, whole)
	f = fails(t, "example", talk+"tcp recv 200\nGET /slow\nstatus 404\n")
	sameString(t, "Request", f.Request, "curl -i http://localhost:8080/slow")
	sameString(t, "Setup", strings.Join(f.Setup, "\n"), whole)
}

// Ensure that each command's failure shows the right check, request, want, got and
// hint: what a learner reads.
func TestFailures(t *testing.T) {
	t.Parallel()
	for _, c := range failureCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			program, env := "example", ""
			switch c.program {
			case "odd":
				program, env = "odd", "MODE=nothing"
			case "deaf":
				program, env = "odd", "MODE=deaf"
			}
			serve := "serve"
			if env != "" {
				serve += " -env " + env
			}
			f := fails(t, program, "# it is right\n"+serve+"\nhint 'Look here.'\n"+c.script+"\n")
			sameString(t, "Check", f.Check, "it is right")
			sameString(t, "Hint", f.Hint, "Look here.")
			sameString(t, "Env", strings.Join(f.Env, "\n"), env)
			sameOrHas(t, "Request", f.Request, c.request)
			sameOrHas(t, "Want", f.Want, c.want)
			sameOrHas(t, "Got", strings.TrimRight(f.Got, "\n"), strings.TrimRight(c.got, "\n"))
			if f.Crash != c.crash {
				t.Errorf("Crash is %v", f.Crash)
			}
		})
	}
}

func sameOrHas(t *testing.T, what, got, want string) {
	t.Helper()
	if part, ok := strings.CutPrefix(want, "~"); ok {
		hasText(t, what, got, part)
		return
	}
	sameString(t, what, got, want)
}

// Ensure that answers which come after the limit are counted as late, and are not a
// crash of the program.
func TestParallelLimit(t *testing.T) {
	t.Parallel()
	f := fails(t, "example", "# they are answered side by side\nserve -env SLOW=3s\nparallel 3 -limit 100ms -- GET /slow\ncodes 200=3\n")
	sameString(t, "Request", f.Request, `seq 3 | xargs -P 3 -I{} curl -s -w '%{http_code}\n' http://localhost:8080/slow`)
	sameString(t, "Want", f.Want, "all 3 answers within 100ms")
	sameString(t, "Got", f.Got, "0 of 3 answers by then")
	if f.Crash {
		t.Error("is a Crash")
	}
}

// Ensure that a failure to start says what the program did instead.
func TestServeFailures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, script, got string }{
		{"exits", "serve -env MODE=exit -env CODE=4", "it exited with status 4 before it listened"},
		{"exits with 0", "serve -env MODE=exit", "it exited with status 0 before it listened"},
		{"never", "serve -env MODE=never -within 300ms", "nothing accepted a connection there within 300ms"},
		{"flood", "serve -env MODE=flood", "it was stopped: it printed without end before it listened"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := fails(t, "odd", "# it starts\nhint 'Listen.'\n"+c.script+"\nGET /\nstatus 200\n",
				func(o *Options) { o.Limits = sandbox.Limits{MaxOutput: 1 << 20} })
			sameString(t, "Check", f.Check, "it starts")
			sameString(t, "Hint", f.Hint, "Listen.")
			sameString(t, "Request", f.Request, "")
			hasText(t, "Want", f.Want, "the program listens on 127.0.0.1:")
			sameString(t, "Got", f.Got, c.got)
			if !f.Crash {
				t.Error("is no Crash")
			}
		})
	}
}

// Ensure that a program which ends while it is asked is told from one that is slow.
func TestCrashDuringRequest(t *testing.T) {
	t.Parallel()
	f := fails(t, "example", "# it answers\nserve\nGET /crash\nstatus 200\n")
	sameString(t, "Got", f.Got, "the program exited with status 3 instead of answering")
	f = fails(t, "example", "# it answers\nserve\nGET /panic\nstatus 200\n")
	sameString(t, "Got", f.Got, "the connection was closed before the answer was complete")
	hasText(t, "Output", f.Output, "http: panic serving") // its log line, on the other stream, comes before or after
	f = fails(t, "example", "# it answers\nserve\nparallel 4 -- GET /crash\ncodes 200=4\n")
	sameString(t, "Got", f.Got, "the program exited with status 3 instead of answering")
	f = fails(t, "example", "# it answers\nserve\nquit\nGET /\nstatus 200\n")
	sameString(t, "Got", f.Got, "the program exited with status 0 instead of answering")
}

// Ensure that the requests which changed something are shown before the one that
// failed, also when they are the same, and only those of the same program.
func TestSetup(t *testing.T) {
	t.Parallel()
	const post = "curl -i -X POST -H 'Content-Type: application/json' --data-binary "
	f := fails(t, "example", `# it is right
serve
POST /api/v1/articles -json '{title: "of an earlier program"}'
serve
GET /
POST /api/v1/articles -json '{title: "a"}'
PUT /api/v1/articles/1 -json '{title: "b"}'
parallel 2 -- POST /seat
GET /api/v1/articles
status 404
`)
	sameString(t, "Setup", strings.Join(f.Setup, "\n"), strings.Join([]string{
		post + `'{"title":"a"}' ` + articlesPath,
		`curl -i -X PUT -H 'Content-Type: application/json' --data-binary '{"title":"b"}' ` + articlesPath + "/1",
		`seq 2 | xargs -P 2 -I{} curl -s -w '%{http_code}\n' -X POST http://localhost:8080/seat`,
	}, "\n"))
	sameString(t, "Request", f.Request, "curl -i "+articlesPath)

	f = fails(t, "example", `# the same title twice is refused
serve
POST /api/v1/articles -json '{title: "a"}'
status 201
POST /api/v1/articles -json '{title: "a"}'
status 201
`)
	sameString(t, "Setup", strings.Join(f.Setup, "\n"), f.Request)
	sameString(t, "Request", f.Request, post+`'{"title":"a"}' `+articlesPath)
}

// Ensure that the environment is shown as the script gave it, with the folder of
// the run cut off, and that of the program that was asked.
func TestShownEnv(t *testing.T) {
	t.Parallel()
	f := fails(t, "example", `# it is right
serve -name other -env A=1
serve -env DOCS_DIR=$WORK/docs -env 'SEED=[]'
GET /docs/a.md
status 404
-- docs/a.md --
text
`)
	sameString(t, "Env", strings.Join(f.Env, " "), "DOCS_DIR=docs SEED=[]")
	sameString(t, "Prepare", strings.Join(f.Prepare, "\n"), "")
	f = fails(t, "example", "# it is right\nserve -name other -env A=1\nserve\nGET / -name other\nstatus 404\n")
	sameString(t, "Env", strings.Join(f.Env, " "), "A=1")
}

// Ensure that the files which write made can be made by hand.
func TestPrepare(t *testing.T) {
	t.Parallel()
	f := fails(t, "example", "# it is right\nwrite docs/p/q.md 'it''s text'\nwrite other.txt plain\nserve -env DOCS_DIR=$WORK/docs\nGET /docs/p/q.md\nstatus 404\n")
	sameString(t, "Prepare", strings.Join(f.Prepare, "\n"), `mkdir -p docs/p && echo 'it'\''s text' > docs/p/q.md`+"\necho plain > other.txt")
	f = fails(t, "example", "# it is right\nwrite other.txt plain\nserve\nGET /\nstatus 404\n")
	sameString(t, "Prepare of a program that was told of no file", strings.Join(f.Prepare, "\n"), "")
}

// Ensure that a hint is shown for failures after it in its own section, and for
// no other.
func TestHint(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]string{
		"# one\nserve\nGET /\nstatus 201\nhint late\n":                                        "",
		"# one\nserve\nhint first\nGET /\nstatus 201\n":                                       "first",
		"# one\nserve\nhint first\nhint 'the second'\nGET /\nstatus 201\n":                    "the second",
		"# one\nserve\nhint first\nGET /\nstatus 200\n\n# two\nstatus 201\n":                  "",
		"# one\nserve\nhint first\nGET /\nstatus 200\n\n# two\nhint second\nGET /\nbody no\n": "second",
	} {
		f := fails(t, "example", script)
		sameString(t, "Hint after "+script, f.Hint, want)
	}
}

// Ensure that only the last lines of what the program printed are shown.
func TestOutputShown(t *testing.T) {
	t.Parallel()
	f := fails(t, "odd", "# it is right\nserve -env MODE=ok\nGET /\noutput 'line 40'\nstatus 404\n")
	lines := strings.Split(f.Output, "\n")
	if len(lines) != tailLines || lines[0] != "line 21" || lines[tailLines-1] != "line 40" {
		t.Errorf("Output is %q", f.Output)
	}
}

// Ensure that of a panic the cause and the first frames are shown, however much
// comes behind them, and of anything else the end.
func TestTelling(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("frame\n", 30)
	sameString(t, "no panic", telling("a\nb\nc\n", 2), "b\nc")
	sameString(t, "panic", telling("log\npanic: old\n"+long+"panic: new\nmain.f\n"+long, 3), "panic: new\nmain.f\nframe")
	sameString(t, "panic at the end", telling("a\nb\npanic: new\nmain.f\n", 3), "b\npanic: new\nmain.f")
	sameString(t, "another word", telling("no panic: here\nb\nc\n", 2), "b\nc")
}

// Ensure that requests which read, but may have used something up or come to a course's
// own seam, are shown before the one that failed, and plain reads are not.
func TestSetupOfReads(t *testing.T) {
	t.Parallel()
	f := fails(t, "example", "# it answers\nserve\nGET /old\nparallel 3 -- GET /\nGET /debug/shout\nGET /\nstatus 404\n")
	sameString(t, "Setup", strings.Join(f.Setup, "\n"),
		"seq 3 | xargs -P 3 -I{} curl -s -w '%{http_code}\\n' http://localhost:8080/\ncurl -i http://localhost:8080/debug/shout")
}

// Ensure that a failure of a Dockerfile shows nothing of the program that ran before.
func TestDockerfileFailure(t *testing.T) {
	t.Parallel()
	f := fails(t, "example", "# it is right\nserve -env MODE=x\nPOST /seat\ndockerfile '.stages | length == 2' -want 'two stages'\n", func(o *Options) {
		o.Files = catalog.Files{"Dockerfile": []byte("FROM scratch\n")}
	})
	sameString(t, "Want", f.Want, "two stages")
	sameString(t, "Env, Setup, Request and Output", strings.Join(append(append(f.Env, f.Setup...), f.Request, f.Output), "|"), "|")
}
