package suite

import (
	"strings"
	"testing"
	"time"
)

// Ensure that a program which answers oddly fails its check with words that say
// what it did, and never keeps the suite waiting longer than -within.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	const late = "no complete answer within 1.5s"
	for mode, want := range map[string]string{
		"bad status":        `malformed HTTP status code "abc"`,
		"garbage":           `malformed HTTP response "hello"`,
		"no colon":          "malformed MIME header",
		"two lengths":       "Content-Length",
		"short":             "the connection was closed before the answer was complete",
		"nothing":           "the connection was closed before the answer was complete",
		"reset":             "the connection was reset before the answer was complete",
		"big body":          "the body goes on after 1 MiB",
		"endless body":      "the body goes on after 1 MiB",
		"endless chunks":    "the body goes on after 1 MiB",
		"big header":        "the response has more than 64 KiB of header",
		"endless header":    "the response has more than 64 KiB of header",
		"endless continues": "the response has more than 64 KiB of header",
		"hang":              late,
		"drip":              late,
		"crash":             "the program exited with status 7 instead of answering",
		"panic":             "the program exited with status 2 instead of answering",
		"killed":            "the program was ended by a signal: killed instead of answering",
	} {
		t.Run(mode, func(t *testing.T) {
			if windows && (mode == "reset" || mode == "killed") {
				t.Skip("Windows says it in other words")
			}
			t.Parallel()
			began := time.Now()
			f := fails(t, "odd", "# the program answers\nserve -env 'MODE="+mode+"'\nhint 'Answer.'\nGET /x -within 1500ms\nstatus 200\n")
			if took := time.Since(began); took > 6*time.Second {
				t.Errorf("took %v", took)
			}
			hasText(t, "Got", f.Got, want)
			sameString(t, "Want", f.Want, "an answer")
			sameString(t, "Check", f.Check, "the program answers")
			sameString(t, "Request", f.Request, "curl -i http://localhost:8080/x")
			sameString(t, "Hint", f.Hint, "Answer.")
			sameString(t, "Env", strings.Join(f.Env, " "), "MODE="+mode)
			if !f.Crash {
				t.Error("is no Crash, though no assertion was reached")
			}
			if len(f.Got) > 5<<10 {
				t.Errorf("Got has %d bytes", len(f.Got))
			}
		})
	}
}

// Ensure that the words about a malformed answer stay short enough to show.
func TestLongMalformedAnswer(t *testing.T) {
	t.Parallel()
	f := fails(t, "odd", "# the program answers\nserve -env 'MODE=long line'\nGET /\nstatus 200\n")
	if len(f.Got) > 5<<10 {
		t.Errorf("Got has %d bytes", len(f.Got))
	}
	hasText(t, "Got", f.Got, "malformed HTTP")
}

// Ensure that answers which are unusual and right are taken as they are.
func TestUnusualAnswers(t *testing.T) {
	t.Parallel()
	for mode, rest := range map[string]string{
		"continue":     "status 200\nbody -is ok",
		"hints":        "status 200\n! header Link\nbody -is ok",
		"switch":       "status 101\nheader Upgrade '^x$'\nbody -is ''",
		"http10":       "status 200\nheader Content-Type '^text/plain$'\nbody -is old",
		"two":          "status 200\nbody -is ok\nGET /again\nstatus 200\nbody -is ok",
		"largest body": "status 200\nbody '^x{1000}'",
		"small chunks": "status 200\nbody '^x{1000}'",
	} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			passes(t, "odd", "# it is taken as it is\nserve -env 'MODE="+mode+"'\nGET /\n"+rest+"\n")
		})
	}
}

// Ensure that a redirect is an answer like any other, and is not followed.
func TestRedirect(t *testing.T) {
	t.Parallel()
	passes(t, "example", "# not followed\nserve\nGET /old\nstatus 301\nheader Location '^/$'\n")
	f := fails(t, "example", "# not followed\nserve\nGET /old\nstatus 200\n")
	hasText(t, "Got", f.Got, "301 Moved Permanently")
	hasText(t, "Got", f.Got, "Location: /")
}

// Ensure that the path goes on the wire byte for byte.
func TestPathOnTheWire(t *testing.T) {
	t.Parallel()
	var script strings.Builder
	script.WriteString("# as written\nserve -env MODE=line\n")
	for _, path := range []string{"/", "/docs/../x", "/docs/./x", "/%2e%2e/x", "/a%2Fb", "/%zz", "/a//b", "//a", "//a/../b", "///",
		"/?", "/x?a=b&c", "/x?a=?&b=%20", "/[x]{y}", "/ä", "/a;b,c:d@e", "/a|b^c`d", `/"x"`, `/a\b`, "/x??"} {
		script.WriteString("GET '" + path + "'\nbody -is 'GET " + path + " HTTP/1.1'\n")
	}
	script.WriteString("DELETE '/a''b'\nbody -is 'DELETE /a''b HTTP/1.1'\n")
	passes(t, "odd", script.String())
}

// Ensure that a request has the headers and the body that the script says, and
// none that it does not.
func TestRequest(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# as the script says
serve
GET /echo
json '.headers == {"Host": ["localhost"], "User-Agent": ["grader"]} and .body == ""' -want 'no other header'

# -json sets a media type, unless -H does
POST /echo -json '{a: 1, t: $RANDOM_TITLE}'
json '.headers["Content-Type"] == ["application/json"] and (.body | fromjson) == {a: 1, t: $RANDOM_TITLE}'
POST /echo -json '[1, 2]' -H 'content-type: text/x'
json '.headers["Content-Type"] == ["text/x"] and .body == "[1,2]"'

# -raw and -file set none
POST /echo -raw 'a "b" ''c'''
json '.headers["Content-Type"] == null and .body == "a \"b\" ''c''"'
POST /echo -file body.txt
json '.headers["Content-Type"] == null and .body == "from a file\n"'
POST /echo -raw ''
json '.headers["Content-Type"] == null and .body == ""'

# headers come as often as they are given, and Host and User-Agent are the script's
GET /echo -H 'X-A: 1' -H 'X-A: 2' -H 'Host: example.com' -H 'User-Agent: mine' -H 'X-Empty:' -H 'X-C: a: b'
json '.headers["X-A"] == ["1", "2"] and .headers.Host == ["example.com"]'
json '.headers["User-Agent"] == ["mine"] and .headers["X-Empty"] == [""] and .headers["X-C"] == ["a: b"]'

# a HEAD has no body
HEAD /echo
status 200
body -is ''
-- body.txt --
from a file
`)
}
