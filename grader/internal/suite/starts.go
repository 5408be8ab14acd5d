package suite

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"echofromzero/grader/internal/sandbox"
)

// defaultStarts is how long a program that `starts` began may take to its end.
const defaultStarts = 5 * time.Second

// starts starts the program once more, beside one that `serve` started and with its
// environment, with arguments, and asserts how it ends.
func starts(r *run, _ bool, args []string) {
	own, behind := args, []string(nil)
	if i := slices.Index(args, "--"); i >= 0 {
		own, behind = args[:i], args[i+1:]
	}
	fl := r.flags("starts", own, "env*", "within", "name")
	if len(fl.rest) != 1 || len(behind) == 0 {
		r.usage("starts", "it takes an exit status and, behind --, what is behind the program's name")
	}
	code, err := strconv.Atoi(fl.rest[0])
	if err != nil {
		r.usage("starts", "the status is a number")
	}
	s := r.serverNamed(fl.text("name"))
	r.touch(s)
	within := fl.duration("within", defaultStarts)
	f := Failure{Want: fmt.Sprintf("exit status %d, within %v", code, within), Request: r.byHandWith(fl.all["env"], behind)}
	proc, err := r.box.Start(sandbox.Spec{Path: s.path, Args: behind, Env: overridden(s.env, fl.all["env"])})
	if err != nil {
		r.boxFailed("the program starts once more", err)
	}
	select {
	case <-proc.Done():
	case <-time.After(within):
		proc.Kill()
		f.Got = "it was still running"
		if ports := proc.Ports(); len(ports) > 0 {
			f.Got += ", and listened on port " + joinInts(ports)
		}
	case <-r.ctx.Done():
		r.stop()
	}
	<-proc.Done()
	if e := proc.Exit(); f.Got == "" && (e.Code != code || e.Signal != "" || e.Flood) {
		f.Got = "it " + e.String()
	}
	if f.Got != "" {
		f.Output = narrow(telling(proc.Output(), tailLines))
		r.fail(f)
	}
}

// overridden is env with the variables of others in the place of those it has.
func overridden(env, others []string) []string {
	var out []string
	for _, kv := range env {
		key, _, _ := strings.Cut(kv, "=")
		if !slices.ContainsFunc(others, func(o string) bool { return strings.HasPrefix(o, key+"=") }) {
			out = append(out, kv)
		}
	}
	return append(out, others...)
}

// byHandWith is the command that starts the program with arguments, beside one that
// `grader run` started on port 8080.
func (r *run) byHandWith(env, args []string) string {
	words := []string{}
	for _, kv := range env {
		key, value, _ := strings.Cut(kv, "=")
		words = append(words, key+"="+shellQuote(value))
	}
	words = append(words, "go", "run", "./"+r.opt.Dir)
	for _, a := range args {
		words = append(words, shellQuote(a))
	}
	return strings.Join(words, " ")
}
