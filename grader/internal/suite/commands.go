package suite

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"echofromzero/grader/internal/catalog"
)

// table is the suite language beyond testscript's own commands.
func table() map[string]command {
	t := map[string]command{
		"check":    {do: check, usage: "check SENTENCE"},
		"hint":     {do: hint, usage: "hint TEXT"},
		"serve":    {do: serve, usage: "serve [-env K=V]… [-name N] [-race | -release] [-within 10s] [-no-wait]"},
		"starts":   {do: starts, asserts: true, usage: "starts CODE [-env K=V]… [-within 5s] [-name N] -- ARG…"},
		"quit":     {do: quit, asserts: true, usage: "quit [-signal TERM|INT|KILL] [-within 2s | -no-wait] [-name N]"},
		"exits":    {do: exits, asserts: true, usage: "exits [CODE] [-within 2s] [-name N]"},
		"output":   {do: output, negates: true, asserts: true, usage: "output [-stdout|-stderr] [-name N] REGEXP"},
		"listen":   {do: listen, usage: "listen NAME"},
		"status":   {do: status, asserts: true, usage: "status CODE[|CODE]…"},
		"header":   {do: header, negates: true, asserts: true, usage: "header NAME [REGEXP]"},
		"body":     {do: body, negates: true, asserts: true, usage: "body REGEXP | body -is TEXT"},
		"until":    {do: until, asserts: true, usage: "until JQ [-within 2s] [-every 20ms] [-want TEXT] -- METHOD PATH [OPTION]…"},
		"json":     {do: jsonBody, negates: true, asserts: true, usage: "json JQ [-want TEXT]"},
		"set":      {do: setVar, usage: "set NAME JQ"},
		"parallel": {do: parallel, asserts: true, usage: "parallel N [-limit D | -hangup D | -kill N] [-later] -- METHOD PATH [OPTION]… [-- METHOD PATH [OPTION]…]…"},
		"codes":    {do: codes, asserts: true, usage: "codes '200=19 409=1'"},
		"tally":    {do: tallied, asserts: true, usage: "tally JQ [-want TEXT]"},
		"write":    {do: write, usage: "write FILE TEXT"},
		"tcp":      {do: tcp, negates: true, asserts: true, usage: "tcp send TEXT [-name N] | tcp recv REGEXP [-within 5s] | tcp closed [-within 5s] | tcp close"},
		"log":      {do: logged, negates: true, asserts: true, usage: "log JQ [-n N] [-want TEXT] [-name N]"},
		"ws": {do: ws, asserts: true, usage: "ws dial PATH [-status CODE] [-H 'K: V']… [-n N] [-deaf] [-as A] [-within 5s] [-name N] | ws send TEXT [-binary] [-as A] | ws send -json JQ [-as A] | " +
			"ws recv JQ [-n N] [-within 2s] [-want TEXT] [-as A] | ws closed [CODE] [-within 2s] [-as A] | ws close [-as A]"},
		"otlp":       {do: otlp, usage: "otlp NAME"},
		"spans":      {do: spans, asserts: true, usage: "spans JQ [-within 2s] [-want TEXT]"},
		"metrics":    {do: metrics, asserts: true, usage: "metrics NAME{label=\"v\"} OP VALUE [-within 1s] [-name N] | metrics count NAME{label=\"v\"} OP N [-within 1s] [-name N]"},
		"norace":     {do: norace, asserts: true, usage: "norace [-name N]"},
		"upstream":   {do: upstreamCmd, usage: "upstream NAME [-status N] [-json JQ | -raw TEXT] [-hang | -refuse]"},
		"gotest":     {do: gotest, asserts: true, usage: catalog.TestUsage},
		"db":         {do: db, usage: "db sqlite|postgres [-name NAME]"},
		"hashed":     {do: hashed, asserts: true, usage: "hashed PASSWORD m=KIB,t=ROUNDS,p=THREADS [-n N]"},
		"ready":      {do: readied, asserts: true, usage: "ready [-within 10s] [-name N]"},
		"dockerfile": {do: dockerfileAsked, negates: true, asserts: true, usage: "dockerfile JQ [-want TEXT]"},
		"reached":    {do: reached, asserts: true, usage: "reached NAME N [-path REGEXP]"},
	}
	for _, method := range methods {
		t[method] = command{
			do:    func(r *run, _ bool, args []string) { r.send(r.requestOf(method, args)) },
			usage: method + " PATH [-H 'K: V']… [-json JQ | -raw TEXT | -file F] [-chunked] [-gzip | -h2c] [-within 5s] [-name N]",
		}
	}
	return t
}

func check(r *run, _ bool, args []string) { r.check, r.hint = strings.Join(args, " "), "" }

func hint(r *run, _ bool, args []string) { r.hint = strings.Join(args, " ") }

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
	if r.pending != nil || r.several != nil {
		doc = r.lastTally().doc
	}
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
