package suite

import (
	"fmt"
	"slices"
	"time"
)

// How long `until` asks, and how often.
const (
	defaultUntil = 2 * time.Second
	defaultEvery = 20 * time.Millisecond
)

// until repeats a request until the jq program is true of its answer. It is noted
// once: whoever does it by hand types it once too.
func until(r *run, _ bool, args []string) {
	own, requests := r.behindDashes("until", args)
	fl := r.flags("until", own, "within", "every", "want")
	if len(fl.rest) != 1 || len(requests) != 1 {
		r.usage("until", "it takes one jq program, --, and one request")
	}
	within, every := fl.duration("within", defaultUntil), fl.duration("every", defaultEvery)
	query := r.parse(fl.rest[0])
	q := r.requestOf(requests[0][0], requests[0][1:])
	r.note(r.serverNamed(q.server), q.curl())
	for end := time.Now().Add(within); ; {
		r.ask(q)
		doc, err := document(r.resp.body)
		if err != nil {
			doc = nil
		}
		f := r.judge(query, doc)
		if f == nil {
			return
		}
		if time.Now().Add(every).After(end) || r.ctx.Err() != nil {
			got := r.resp.shown()
			if found := foundBy(f, fl.text("want")); found != "" {
				got = found + "\n" + got
			}
			r.fail(Failure{Want: fmt.Sprintf("%s, within %v", cmpOr(fl.text("want"), f.want), within), Got: got})
		}
		time.Sleep(every)
	}
}

// behindDashes cuts args at each "--": the command's own, and those of its requests,
// each of which begins with a method.
func (r *run) behindDashes(name string, args []string) (own []string, requests [][]string) {
	cut := slices.Index(args, "--")
	if cut < 0 {
		return args, nil
	}
	own, args = args[:cut], args[cut+1:]
	for {
		next := slices.Index(args, "--")
		one := args
		if next >= 0 {
			one = args[:next]
		}
		if len(one) < 2 {
			r.usage(name, "behind -- stands a request: a method and a path")
		}
		if !slices.Contains(methods, one[0]) {
			r.usage(name, fmt.Sprintf("%q is no method", one[0]))
		}
		requests = append(requests, one)
		if next < 0 {
			return own, requests
		}
		args = args[next+1:]
	}
}
