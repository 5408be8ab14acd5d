package suite

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The address in the curl lines: where `grader run` serves when the port is free.
const shownAddress = "http://localhost:8080"

var (
	plainArg   = regexp.MustCompile(`^[A-Za-z0-9_./:=@%+,-]+$`)
	globbed    = regexp.MustCompile(`[\[\]{}]`)
	dotSegment = regexp.MustCompile(`/\.{1,2}(/|\?|$)`)
	changing   = regexp.MustCompile(`^(head .*\| )?curl.* -X (POST|PUT|PATCH|DELETE) |^\(?printf '(POST|PUT|PATCH|DELETE) `)
	atDebug    = regexp.MustCompile(`^curl .*` + regexp.QuoteMeta(shownAddress) + `/debug/`)
	manyAtOnce = regexp.MustCompile(`^seq [0-9]+ \| xargs -P`)
)

func shellQuote(s string) string {
	if plainArg.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// Bodies that are too long to read are shown as a command that makes one of their
// length; Linux takes 128 KiB as one argument, and no more.
const (
	longBody    = 2000
	maxArgument = 100 << 10
)

// curl is the command that repeats a request by hand.
func (q *request) curl() string {
	if len(q.body) > maxArgument {
		return q.filler() + " | " + q.curlWith("--data-binary @-")
	}
	return q.curlWith(q.data())
}

// data is the option that sends the body.
func (q *request) data() string {
	switch {
	case len(q.body) > longBody:
		return `--data-binary "$(` + q.filler() + `)"`
	case strings.HasPrefix(string(q.body), "@"): // --data-binary would read a file
		return "--data-raw " + shellQuote(string(q.body))
	}
	return "--data-binary " + shellQuote(string(q.body))
}

func (q *request) filler() string {
	return fmt.Sprintf("head -c %d /dev/zero | tr '\\0' x", len(q.body))
}

func (q *request) curlWith(data string) string {
	args := []string{"curl", "-i"}
	switch {
	case q.method == "HEAD":
		args = []string{"curl", "-I"}
	case q.method != "GET" || q.body != nil:
		args = append(args, "-X", q.method)
	}
	if dotSegment.MatchString(q.path) {
		args = append(args, "--path-as-is")
	}
	if globbed.MatchString(q.path) {
		args = append(args, "-g")
	}
	typed := false
	for _, h := range q.headers {
		header := h[0] + ": " + h[1]
		if h[1] == "" {
			header = h[0] + ";" // with a colon, curl would leave it out
		}
		args = append(args, "-H", shellQuote(header))
		typed = typed || strings.EqualFold(h[0], "Content-Type")
	}
	if q.gzip {
		args = append(args, "--compressed")
	}
	if q.h2c {
		args = append(args, "--http2-prior-knowledge")
	}
	if q.chunked {
		args = append(args, "-H", "'Transfer-Encoding: chunked'")
	}
	if q.body != nil {
		if !typed {
			args = append(args, "-H", "'Content-Type:'") // curl would add one of its own
		}
		args = append(args, data)
	}
	return strings.Join(append(args, shellQuote(shownAddress+q.path)), " ")
}

// crowdCurl repeats by hand what `parallel` did.
func (r *run) crowdCurl(n int, requests [][]string, hangup time.Duration) string {
	var parts []string
	for i, args := range requests {
		q, number := r.requestFor(sampleNumber, args), ""
		if numbered(args) {
			number = strconv.Itoa(sampleNumber)
		}
		parts = append(parts, q.manyCurl((n+len(requests)-1-i)/len(requests), number, hangup))
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts, " & ") + "; wait"
}

// sampleNumber stands for $N in a body until the number of the repetition does.
const sampleNumber = 80706050

// manyCurl repeats a request n times at once. What number says, if it is not "", is
// another one each time.
func (q *request) manyCurl(n int, number string, hangup time.Duration) string {
	status := `curl -s -w '%{http_code}\n'`
	if hangup > 0 {
		status = fmt.Sprintf("curl -s -m %g -w '%%{http_code}\\n'", hangup.Seconds())
	}
	one := strings.Replace(q.curlWith(q.data()), "curl -i", status, 1)
	mark := "{}" // what xargs replaces by the number, so it must not be in the request
	for strings.Contains(one, mark) {
		mark += "_"
	}
	if number != "" {
		one = strings.ReplaceAll(one, number, mark)
	}
	return fmt.Sprintf("seq %d | xargs -P %d -I%s %s", n, n, mark, one)
}

// changes reports whether a line of curl may have changed what the program holds. So
// may many requests at once, whatever they ask for (they use up what is limited), and
// what is asked of /debug, where a course's own code makes its seams. A WebSocket that was opened
// shows what comes after.
func changes(line string) bool {
	return changing.MatchString(line) || manyAtOnce.MatchString(line) || atDebug.MatchString(line) || strings.Contains(line, "Upgrade: websocket")
}
