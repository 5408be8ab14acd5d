package suite

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// tally is what the same request, made many times at once, brought.
type tally struct {
	codes map[string]int
	doc   any // what `tally` programs read
	curl  string
}

// parallel makes one request N times at once: every connection is open before
// the first byte is sent.
func parallel(r *run, _ bool, args []string) {
	cut := slices.Index(args, "--")
	if cut < 1 || cut+2 > len(args)-1 {
		r.usage("parallel", "it takes a number, --, and a request")
	}
	fl := r.flags("parallel", args[:cut], "limit")
	n, err := strconv.Atoi(strings.Join(fl.rest, " "))
	if err != nil || n < 2 || n > 2000 {
		r.usage("parallel", "the number is from 2 to 2000")
	}
	if !slices.Contains(methods, args[cut+1]) {
		r.usage("parallel", fmt.Sprintf("%q is no method", args[cut+1]))
	}
	q := r.requestOf(args[cut+1], args[cut+2:])
	limit, connecting := fl.duration("limit", 0), q.within
	if limit > 0 {
		q.within = min(q.within, limit)
	}
	s := r.serverNamed(q.server)
	curl := q.manyCurl(n)
	r.note(s, curl)
	r.resp, r.several = nil, nil
	conns := r.dialMany(s, n, connecting, curl)
	answers, errs := make([]*response, n), make([]error, n)
	began := time.Now()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { answers[i], errs[i] = exchange(conns[i], q) })
	}
	wg.Wait()
	wall := time.Since(began)
	late := 0
	for _, err := range errs {
		if limit > 0 && errors.Is(err, os.ErrDeadlineExceeded) {
			late++
		}
	}
	if late > 0 {
		r.fail(Failure{Request: curl, Want: fmt.Sprintf("all %d answers within %v", n, limit.Round(time.Millisecond)),
			Got: fmt.Sprintf("%d of %d answers by then", n-late, n)})
	}
	for _, err := range errs {
		if err != nil {
			r.noAnswer(s, curl, fmt.Sprintf("%d answers", n), trouble(err, q.within))
		}
	}
	r.several = tallyOf(answers, wall, curl)
}

func (r *run) dialMany(s *server, n int, within time.Duration, curl string) []net.Conn {
	ctx, cancel := context.WithTimeout(r.ctx, within)
	defer cancel()
	conns := make([]net.Conn, 0, n)
	for range n {
		conn, err := r.box.Dial(ctx, s.port)
		if err != nil {
			for _, c := range conns {
				c.Close()
			}
			r.noAnswer(s, curl, fmt.Sprintf("%d connections", n), trouble(err, within))
		}
		conns = append(conns, conn)
	}
	return conns
}

func tallyOf(answers []*response, wall time.Duration, curl string) *tally {
	t := &tally{codes: map[string]int{}, curl: curl}
	each := make([]any, len(answers))
	codes := map[string]any{}
	for i, a := range answers {
		code := strconv.Itoa(a.status)
		t.codes[code]++
		codes[code] = t.codes[code]
		doc, err := document(a.body)
		if err != nil {
			doc = nil
		}
		each[i] = map[string]any{"status": a.status, "ms": millis(a.took), "json": doc, "body": string(a.body)}
	}
	t.doc = map[string]any{"codes": codes, "ms": millis(wall), "each": each}
	return t
}

func (r *run) lastTally() *tally {
	if r.several == nil {
		r.brokenf("no `parallel` came before")
	}
	return r.several
}

func (t *tally) String() string {
	var parts []string
	for _, code := range slices.Sorted(maps.Keys(t.codes)) {
		parts = append(parts, fmt.Sprintf("%s=%d", code, t.codes[code]))
	}
	return strings.Join(parts, " ")
}

// codes asserts how often each status came; a status not named must not come.
func codes(r *run, _ bool, args []string) {
	if len(args) != 1 {
		r.usage("codes", "it takes one list")
	}
	t := r.lastTally()
	want := map[string]int{}
	for _, pair := range strings.Fields(args[0]) {
		code, count, ok := strings.Cut(pair, "=")
		n, err := strconv.Atoi(count)
		if !ok || err != nil {
			r.usage("codes", fmt.Sprintf("%q is not CODE=COUNT", pair))
		}
		if n > 0 {
			want[code] = n
		}
	}
	if !maps.Equal(want, t.codes) {
		r.fail(Failure{Request: t.curl, Want: args[0], Got: t.String()})
	}
}

func tallied(r *run, _ bool, args []string) {
	fl := r.flags("tally", args, "want")
	if len(fl.rest) != 1 {
		r.usage("tally", "it takes one jq program")
	}
	r.assertJSON(false, fl.rest[0], fl.text("want"), r.lastTally().doc, "")
}
