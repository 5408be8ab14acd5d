package suite

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// parallel makes N requests at once: every connection is open before the first byte
// is sent. Of several requests client i makes the one whose turn it is.
func parallel(r *run, _ bool, args []string) {
	own, requests := r.behindDashes("parallel", args)
	fl := r.flags("parallel", own, "limit", "hangup", "kill", "later!")
	if len(requests) == 0 {
		r.usage("parallel", "it takes a number, --, and a request")
	}
	n, err := strconv.Atoi(strings.Join(fl.rest, " "))
	if err != nil || n < 2 || n > 2000 {
		r.usage("parallel", "the number is from 2 to 2000")
	}
	if fl.is("limit") && fl.is("hangup") || fl.is("kill") && len(fl.all) > 1 {
		r.usage("parallel", "-limit and -hangup exclude each other, and -kill goes alone")
	}
	if r.pending != nil {
		r.brokenf("the answers of the `parallel -later` before were not looked at")
	}
	c := &crowd{limit: fl.duration("limit", 0), hangup: fl.duration("hangup", 0), kinds: len(requests)}
	if fl.is("kill") {
		if c.kill, err = strconv.Atoi(fl.text("kill")); err != nil || c.kill < 1 || c.kill >= n {
			r.usage("parallel", "-kill takes a number of answers, fewer than there are requests")
		}
	}
	c.clients = r.clients(n, requests)
	c.curl = r.crowdCurl(n, requests, c.hangup)
	if c.kill > 0 {
		c.curl += "   # and kill -9 the program in between"
	}
	s := r.serverNamed(c.clients[0].server)
	r.note(s, c.curl)
	r.resp, r.several = nil, nil
	conns := r.dialMany(s, n, c.clients[0].within, c.curl)
	c.patience()
	c.begin(conns, s)
	r.pending = c
	if !fl.is("later") {
		r.lastTally()
	}
}

// begin makes the requests, each over its connection, and kills the program when so many
// answers have come.
func (c *crowd) begin(conns []net.Conn, s *server) {
	c.answers, c.errs = make([]*response, len(conns)), make([]error, len(conns))
	c.began = time.Now()
	for i, conn := range conns {
		c.busy.Go(func() {
			c.answers[i], c.errs[i] = exchange(conn, c.clients[i])
			if c.errs[i] == nil && c.answered.Add(1) == int64(c.kill) {
				s.proc.Kill()
			}
		})
	}
}

// lastTally is what the last `parallel` brought; it waits for answers still to come.
func (r *run) lastTally() *tally {
	if c := r.pending; c != nil {
		c.busy.Wait()
		c.took = time.Since(c.began)
		r.pending = nil
		s := r.serverNamed(c.clients[0].server)
		if c.kill > 0 && c.answered.Load() >= int64(c.kill) {
			s.signalled = true
			<-s.proc.Done()
			clear(c.errs)
		}
		r.allAnswered(s, c)
		r.several = c.tally()
	}
	if r.several == nil {
		r.brokenf("no `parallel` came before")
	}
	return r.several
}

// crowd are the clients of one `parallel`, and what each of them got.
type crowd struct {
	limit, hangup time.Duration // 0: none
	kinds         int           // how many different requests there are
	kill          int           // after so many answers the program is killed; 0: it is not
	clients       []*request
	curl          string
	answers       []*response // nil for one that hung up, or whose program was killed
	errs          []error
	busy          sync.WaitGroup // requests under way
	answered      atomic.Int64
	began         time.Time
	took          time.Duration
}

// clients makes the request of each client. In a path and in a body, $N is the client's
// number.
func (r *run) clients(n int, requests [][]string) []*request {
	list := make([]*request, n)
	for i := range list {
		args := requests[i%len(requests)]
		if i >= len(requests) && !numbered(args) {
			list[i] = list[i-len(requests)]
			continue
		}
		list[i] = r.requestFor(i, args)
		if list[i].server != list[0].server {
			r.usage("parallel", "all requests go to one program")
		}
	}
	return list
}

var clientNumber = regexp.MustCompile(`\$N\b`)

func numbered(args []string) bool { return slices.ContainsFunc(args, clientNumber.MatchString) }

// requestFor reads a request as client i makes it.
func (r *run) requestFor(i int, args []string) *request {
	before, was := r.vars["N"]
	r.vars["N"] = i
	args = slices.Clone(args)
	if len(args) > 1 {
		args[1] = clientNumber.ReplaceAllLiteralString(args[1], strconv.Itoa(i))
	}
	q := r.requestOf(args[0], args[1:])
	delete(r.vars, "N")
	if was {
		r.vars["N"] = before
	}
	return q
}

// patience sets how long each client waits.
func (c *crowd) patience() {
	for i, q := range c.clients {
		mine := *q
		if c.limit > 0 {
			mine.within = min(mine.within, c.limit)
		}
		if c.hangup > 0 {
			mine.within = c.hangup
		}
		c.clients[i] = &mine
	}
}

// allAnswered fails the check unless each client has an answer, or has hung up.
func (r *run) allAnswered(s *server, c *crowd) {
	late, n := 0, len(c.clients)
	for i, err := range c.errs {
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			continue
		}
		if c.limit > 0 {
			late++
		}
		if c.hangup > 0 {
			c.errs[i] = nil
		}
	}
	if late > 0 {
		r.fail(Failure{Request: c.curl, Want: fmt.Sprintf("all %d answers within %v", n, c.limit.Round(time.Millisecond)),
			Got: fmt.Sprintf("%d of %d answers by then", n-late, n)})
	}
	for i, err := range c.errs {
		if err != nil {
			r.noAnswer(s, c.curl, fmt.Sprintf("%d answers", n), trouble(err, c.clients[i].within))
		}
	}
	for _, a := range c.answers {
		if a != nil {
			r.readable(a, c.curl)
		}
	}
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
