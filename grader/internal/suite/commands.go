package suite

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// methods are the HTTP commands.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

// framing are the headers that go with the body, and are not the script's.
var framing = []string{"Content-Length", "Transfer-Encoding"}

// table is the suite language beyond testscript's own commands.
func table() map[string]command {
	t := map[string]command{
		"check":    {do: check, usage: "check SENTENCE"},
		"hint":     {do: hint, usage: "hint TEXT"},
		"serve":    {do: serve, usage: "serve [-env K=V]… [-name N] [-within 10s] [-no-wait]"},
		"quit":     {do: quit, asserts: true, usage: "quit [-signal TERM|INT|KILL] [-within 2s] [-name N]"},
		"exits":    {do: exits, asserts: true, usage: "exits [CODE] [-within 2s] [-name N]"},
		"output":   {do: output, negates: true, asserts: true, usage: "output [-stdout|-stderr] [-name N] REGEXP"},
		"listen":   {do: listen, usage: "listen NAME"},
		"status":   {do: status, asserts: true, usage: "status CODE[|CODE]…"},
		"header":   {do: header, negates: true, asserts: true, usage: "header NAME [REGEXP]"},
		"body":     {do: body, negates: true, asserts: true, usage: "body REGEXP | body -is TEXT"},
		"json":     {do: jsonBody, negates: true, asserts: true, usage: "json JQ [-want TEXT]"},
		"set":      {do: setVar, usage: "set NAME JQ"},
		"parallel": {do: parallel, asserts: true, usage: "parallel N [-limit D] -- METHOD PATH [OPTION]…"},
		"codes":    {do: codes, asserts: true, usage: "codes '200=19 409=1'"},
		"tally":    {do: tallied, asserts: true, usage: "tally JQ [-want TEXT]"},
		"write":    {do: write, usage: "write FILE TEXT"},
		"tcp":      {do: tcp, asserts: true, usage: "tcp send TEXT [-name N] | tcp recv REGEXP [-within 5s] | tcp closed [-within 5s]"},
		"log":      {do: logged, negates: true, asserts: true, usage: "log JQ [-n N] [-name N]"},
	}
	for _, method := range methods {
		t[method] = command{
			do:    func(r *run, _ bool, args []string) { r.send(r.requestOf(method, args)) },
			usage: method + " PATH [-H 'K: V']… [-json JQ | -raw TEXT | -file F] [-within 5s] [-name N]",
		}
	}
	return t
}

func check(r *run, _ bool, args []string) { r.check, r.hint = strings.Join(args, " "), "" }

func hint(r *run, _ bool, args []string) { r.hint = strings.Join(args, " ") }

// requestOf reads the arguments of an HTTP command.
func (r *run) requestOf(method string, args []string) *request {
	fl := r.flags(method, args, "H*", "json", "raw", "file", "within", "name")
	if len(fl.rest) != 1 || !strings.HasPrefix(fl.rest[0], "/") {
		r.usage(method, "it takes one path, which begins with /")
	}
	q := &request{method: method, path: fl.rest[0], within: fl.duration("within", defaultRequest), server: fl.text("name")}
	typed := false
	for _, h := range fl.all["H"] {
		key, value, ok := strings.Cut(h, ":")
		if !ok {
			r.usage(method, fmt.Sprintf("-H %q is not 'K: V'", h))
		}
		if slices.ContainsFunc(framing, func(f string) bool { return strings.EqualFold(f, key) }) {
			r.usage(method, key+" is not a header that -H can set: write the request with `tcp send`")
		}
		typed = typed || strings.EqualFold(key, "Content-Type")
		q.headers = append(q.headers, [2]string{key, strings.TrimSpace(value)})
	}
	switch given := len(fl.all["json"]) + len(fl.all["raw"]) + len(fl.all["file"]); {
	case given > 1:
		r.usage(method, "-json, -raw and -file exclude each other")
	case fl.is("json"):
		q.body = []byte(show(r.value(fl.text("json"), nil)))
		if !typed {
			q.headers = append(q.headers, [2]string{"Content-Type", "application/json"})
		}
	case fl.is("raw"):
		q.body = []byte(fl.text("raw"))
	case fl.is("file"):
		data, err := os.ReadFile(r.ts.MkAbs(fl.text("file")))
		if err != nil {
			r.brokenf("%s: %v", method, err)
		}
		q.body = data
	}
	return q
}

// last is the current response.
func (r *run) last() *response {
	if r.resp == nil {
		r.brokenf("no request was made yet")
	}
	return r.resp
}

func status(r *run, _ bool, args []string) {
	if len(args) != 1 {
		r.usage("status", "it takes one status, or several joined by |")
	}
	res := r.last()
	var names []string
	for _, want := range strings.Split(args[0], "|") {
		code, err := strconv.Atoi(want)
		if err != nil {
			r.usage("status", fmt.Sprintf("%q is no number", want))
		}
		if code == res.status {
			return
		}
		names = append(names, strings.TrimSpace(want+" "+http.StatusText(code)))
	}
	r.fail(Failure{Want: strings.Join(names, " or "), Got: res.shown()})
}

func header(r *run, neg bool, args []string) {
	if len(args) < 1 || len(args) > 2 {
		r.usage("header", "it takes a name and perhaps a regular expression")
	}
	res := r.last()
	values := res.header.Values(args[0])
	value := strings.Join(values, ", ")
	matches, want := len(values) > 0, "a header "+args[0]
	if len(args) == 2 {
		re := r.regexp("header", args[1])
		matches = matches && re.MatchString(value)
		want = fmt.Sprintf("a header %s that matches %s", args[0], args[1])
	}
	if matches != neg {
		return
	}
	got := "no header " + args[0]
	if len(values) > 0 {
		got = args[0] + ": " + value
	}
	if neg {
		want = "no" + strings.TrimPrefix(want, "a")
	}
	r.fail(Failure{Want: want, Got: got})
}

func (r *run) regexp(name, src string) *regexp.Regexp {
	re, err := regexp.Compile("(?m)" + src)
	if err != nil {
		r.usage(name, err.Error())
	}
	return re
}

func body(r *run, neg bool, args []string) {
	fl := r.flags("body", args, "is")
	got := r.last().body
	if fl.is("is") {
		if neg || len(fl.rest) > 0 {
			r.usage("body", "-is takes one text and no `!`")
		}
		if string(bytes.TrimSuffix(got, []byte("\n"))) != fl.text("is") {
			r.fail(Failure{Want: cmpOr(fl.text("is"), "an empty body"), Got: cmpOr(capped(got), "an empty body")})
		}
		return
	}
	if len(fl.rest) != 1 {
		r.usage("body", "it takes one regular expression")
	}
	if r.regexp("body", fl.rest[0]).Match(got) == neg {
		want := "a body with " + fl.rest[0]
		if neg {
			want = "a body without " + fl.rest[0]
		}
		r.fail(Failure{Want: want, Got: cmpOr(capped(got), "an empty body")})
	}
}

func jsonBody(r *run, neg bool, args []string) {
	fl := r.flags("json", args, "want")
	if len(fl.rest) != 1 {
		r.usage("json", "it takes one jq program")
	}
	res := r.last()
	doc, err := document(res.body)
	if err != nil {
		r.fail(Failure{Want: "a body that is one JSON document", Got: strings.TrimSpace(err.Error() + "\n" + capped(res.body))})
	}
	r.assertJSON(neg, fl.rest[0], fl.text("want"), doc, capped(bytes.TrimSpace(res.body)))
}

func setVar(r *run, _ bool, args []string) {
	if len(args) != 2 {
		r.usage("set", "it takes a name and a jq program")
	}
	var doc any
	if r.resp != nil {
		var err error
		if doc, err = document(r.resp.body); err != nil {
			doc = nil
		}
	}
	v, err := r.eval(r.parse(args[1]), doc)
	if err != nil {
		r.fail(Failure{Want: "a value at " + args[1], Got: strings.TrimSpace(err.Error() + "\n" + capped(r.last().body))})
	}
	r.set(args[0], v)
}

func write(r *run, _ bool, args []string) {
	if len(args) != 2 {
		r.usage("write", "it takes a file and a text")
	}
	file := r.ts.MkAbs(args[0])
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.brokenf("write: %v", err)
	}
	if err := os.WriteFile(file, []byte(args[1]+"\n"), 0o644); err != nil {
		r.brokenf("write: %v", err)
	}
	line := fmt.Sprintf("echo %s > %s", shellQuote(args[1]), shellQuote(args[0]))
	if dir := path.Dir(args[0]); dir != "." {
		line = fmt.Sprintf("mkdir -p %s && %s", shellQuote(dir), line)
	}
	r.written = append(r.written, line)
}

// eventually asks ok until it holds or the program has had time to print.
func (r *run) eventually(ok func() bool) bool {
	for end := time.Now().Add(settle); ; time.Sleep(10 * time.Millisecond) {
		if ok() {
			return true
		}
		if time.Now().After(end) || r.ctx.Err() != nil {
			return false
		}
	}
}

func output(r *run, neg bool, args []string) {
	fl := r.flags("output", args, "stdout!", "stderr!", "name")
	if len(fl.rest) != 1 {
		r.usage("output", "it takes one regular expression")
	}
	s := r.serverNamed(fl.text("name"))
	printed, stream := s.proc.Output, "output"
	switch {
	case fl.is("stdout"):
		printed, stream = s.proc.Stdout, "standard output"
	case fl.is("stderr"):
		printed, stream = s.proc.Stderr, "standard error"
	}
	re := r.regexp("output", fl.rest[0])
	matches := func() bool { return re.MatchString(printed()) }
	if neg {
		if matches() {
			r.fail(Failure{Want: fmt.Sprintf("nothing on %s that matches %s", stream, fl.rest[0]), Got: lastLines(printed(), tailLines)})
		}
		return
	}
	if !r.eventually(matches) {
		r.fail(Failure{Want: fmt.Sprintf("%s on %s", fl.rest[0], stream), Got: cmpOr(lastLines(printed(), tailLines), "nothing was printed there")})
	}
}

func logged(r *run, neg bool, args []string) {
	fl := r.flags("log", args, "n", "name")
	if len(fl.rest) != 1 {
		r.usage("log", "it takes one jq program")
	}
	n := -1
	if fl.is("n") {
		var err error
		if n, err = strconv.Atoi(fl.text("n")); err != nil || n < 0 || neg {
			r.usage("log", "-n takes a count, without `!`")
		}
	}
	s := r.serverNamed(fl.text("name"))
	q := r.parse(fl.rest[0])
	count := func() int {
		hits := 0
		for line := range strings.SplitSeq(s.proc.Output(), "\n") {
			if !strings.HasPrefix(strings.TrimSpace(line), "{") {
				continue
			}
			if doc, err := document([]byte(line)); err == nil && r.judge(q, doc) == nil {
				hits++
			}
		}
		return hits
	}
	want, ok := "a JSON log line with "+fl.rest[0], false
	switch {
	case neg:
		want, ok = "no JSON log line with "+fl.rest[0], count() == 0
	case n >= 0:
		want = fmt.Sprintf("%d JSON log lines with %s", n, fl.rest[0])
		ok = r.eventually(func() bool { return count() >= n }) && count() == n
	default:
		ok = r.eventually(func() bool { return count() > 0 })
	}
	if !ok {
		r.fail(Failure{Want: want, Got: fmt.Sprintf("%d of them", count())})
	}
}
