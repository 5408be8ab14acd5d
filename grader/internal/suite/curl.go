package suite

import (
	"fmt"
	"regexp"
	"strings"
)

// The address in the curl lines: where `grader run` serves when the port is free.
const shownAddress = "http://localhost:8080"

var (
	plainArg   = regexp.MustCompile(`^[A-Za-z0-9_./:=@%+,-]+$`)
	globbed    = regexp.MustCompile(`[\[\]{}]`)
	dotSegment = regexp.MustCompile(`/\.{1,2}(/|\?|$)`)
	changing   = regexp.MustCompile(`^(curl|seq .*\| xargs .* curl).* -X (POST|PUT|PATCH|DELETE) `)
)

func shellQuote(s string) string {
	if plainArg.MatchString(s) {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// curl is the command that repeats a request by hand.
func (q *request) curl() string {
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
		args = append(args, "-H", shellQuote(h[0]+": "+h[1]))
		typed = typed || strings.EqualFold(h[0], "Content-Type")
	}
	if q.body != nil {
		if !typed {
			args = append(args, "-H", "'Content-Type:'") // curl would add one of its own
		}
		body := shellQuote(string(q.body))
		if len(q.body) > 2000 {
			body = fmt.Sprintf("\"$(head -c %d /dev/zero | tr '\\0' x)\"", len(q.body))
		}
		args = append(args, "--data-binary", body)
	}
	return strings.Join(append(args, shellQuote(shownAddress+q.path)), " ")
}

// manyCurl repeats a request n times at once.
func (q *request) manyCurl(n int) string {
	one := strings.Replace(q.curl(), "curl -i", `curl -s -w '%{http_code}\n'`, 1)
	return fmt.Sprintf("seq %d | xargs -P %d -I{} %s", n, n, one)
}

// changes reports whether a line of curl may have changed what the program holds.
func changes(line string) bool { return changing.MatchString(line) }
