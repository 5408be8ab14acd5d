package suite

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// upstream is a scripted HTTP server that the program may call.
type upstream struct {
	name  string
	port  int
	shown string // the address in what a learner reads: "localhost:9090"
	stop  chan struct{}

	mu      sync.Mutex
	say     reply
	changed chan struct{} // closed when say is replaced
	came    []string      // "GET /a" since the last `reached`
	listens net.Listener  // nil while it refuses
	server  *http.Server
	serving sync.WaitGroup
}

// reply is how an upstream answers.
type reply struct {
	status       int
	media, body  string
	hang, refuse bool
}

// firstShown is the port of the first upstream, in what a learner reads.
const firstShown = 9090

// upstreamCmd starts an upstream, or changes how it answers.
func upstreamCmd(r *run, _ bool, args []string) {
	fl := r.flags("upstream", args, "status", "json", "raw", "hang!", "refuse!")
	if len(fl.rest) != 1 || strings.HasPrefix(fl.rest[0], "-") {
		r.usage("upstream", "it takes one name")
	}
	say, u := r.replyOf(fl), r.upstreams[fl.rest[0]]
	if u == nil {
		u = &upstream{name: fl.rest[0], shown: fmt.Sprintf("localhost:%d", firstShown+len(r.upstreams)),
			stop: make(chan struct{}), changed: make(chan struct{})}
		r.upstreams[u.name] = u
		l := r.listener(0)
		u.port = l.Addr().(*net.TCPAddr).Port
		u.say = say
		r.standIns = append(r.standIns, standIn{u.address(), u.shown, u.byHand})
		u.serve(l)
		r.ts.Defer(u.close)
		r.set(u.name, "http://"+u.address())
	}
	u.mu.Lock()
	u.say = say
	close(u.changed)
	u.changed = make(chan struct{})
	closed := u.listens == nil
	u.mu.Unlock()
	switch {
	case say.refuse:
		u.refuse()
	case closed:
		u.serve(r.listener(u.port))
	}
}

// replyOf reads the options of `upstream`.
func (r *run) replyOf(fl flagged) reply {
	say := reply{status: http.StatusOK, media: "application/json", body: "{}", hang: fl.is("hang"), refuse: fl.is("refuse")}
	answers := fl.is("status") || fl.is("json") || fl.is("raw")
	switch {
	case say.hang && say.refuse, (say.hang || say.refuse) && answers:
		r.usage("upstream", "-hang and -refuse stand alone")
	case fl.is("json") && fl.is("raw"):
		r.usage("upstream", "-json and -raw exclude each other")
	case fl.is("json"):
		say.body = show(r.value(fl.text("json"), nil))
	case fl.is("raw"):
		say.media, say.body = "text/plain; charset=utf-8", fl.text("raw")
	}
	if fl.is("status") {
		var err error
		if say.status, err = strconv.Atoi(fl.text("status")); err != nil || say.status < 200 || say.status > 599 {
			r.usage("upstream", "-status takes a number from 200 to 599")
		}
	}
	if say.status == http.StatusNoContent || say.status == http.StatusNotModified {
		say.body = "" // these have none
	}
	return say
}

// listener listens in the box. A port that was given up a moment ago may be in use
// for a connection by now, which ends.
func (r *run) listener(port int) net.Listener {
	for try := 0; ; try++ {
		l, err := r.box.Listener(port)
		if err == nil {
			return l
		}
		if port == 0 || try == 100 || r.ctx.Err() != nil {
			r.boxFailed("the port is free", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (u *upstream) address() string { return fmt.Sprintf("127.0.0.1:%d", u.port) }

func (u *upstream) serve(l net.Listener) {
	s := &http.Server{Handler: u, ReadHeaderTimeout: defaultRequest, ErrorLog: silent}
	s.SetKeepAlivesEnabled(false) // so that a change holds for every request after it
	u.mu.Lock()
	u.listens, u.server = l, s
	u.mu.Unlock()
	u.serving.Go(func() { s.Serve(l) })
}

// refuse closes the listener and every connection.
func (u *upstream) refuse() {
	u.mu.Lock()
	l, s := u.listens, u.server
	u.listens = nil
	u.mu.Unlock()
	if l != nil {
		l.Close() // the server does it too, but perhaps later
		s.Close()
	}
}

// close ends the upstream for good.
func (u *upstream) close() {
	close(u.stop)
	u.refuse()
	u.serving.Wait()
}

// ServeHTTP answers as the script says at that moment.
func (u *upstream) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	u.mu.Lock()
	u.came = append(u.came, req.Method+" "+req.RequestURI)
	u.mu.Unlock()
	io.Copy(io.Discard, http.MaxBytesReader(w, req.Body, maxBody)) // only then it is noticed that a client goes away
	for {
		u.mu.Lock()
		say, changed := u.say, u.changed
		u.mu.Unlock()
		if !say.hang && !say.refuse {
			w.Header().Set("Content-Type", say.media)
			w.WriteHeader(say.status)
			io.WriteString(w, say.body)
			return
		}
		select {
		case <-changed:
		case <-req.Context().Done():
			panic(http.ErrAbortHandler)
		case <-u.stop:
			panic(http.ErrAbortHandler)
		}
	}
}

// reached asserts how many requests came to an upstream since it was asked last.
func reached(r *run, _ bool, args []string) {
	fl := r.flags("reached", args, "path")
	if len(fl.rest) != 2 {
		r.usage("reached", "it takes the name of an upstream and a count")
	}
	n, err := strconv.Atoi(fl.rest[1])
	if err != nil || n < 0 {
		r.usage("reached", fmt.Sprintf("%q is no count", fl.rest[1]))
	}
	u := r.upstreams[fl.rest[0]]
	if u == nil {
		r.brokenf("reached: no `upstream %s` came before", fl.rest[0])
	}
	var path *regexp.Regexp
	if fl.is("path") {
		path = r.regexp("reached", fl.text("path"))
	}
	r.eventually(func() bool { return count(u.requests(), path) >= n })
	came := u.requests()
	u.mu.Lock()
	u.came = u.came[len(came):]
	u.mu.Unlock()
	if count(came, path) == n {
		return
	}
	want := counted(n, "request")
	if path != nil {
		want += " with a path that matches " + fl.text("path")
	}
	r.fail(Failure{Want: fmt.Sprintf("%s to the upstream at %s", want, u.shown), Got: listed(came)})
}

func (u *upstream) requests() []string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.came[:len(u.came):len(u.came)]
}

func count(came []string, path *regexp.Regexp) int {
	n := 0
	for _, line := range came {
		_, target, _ := strings.Cut(line, " ")
		if path == nil || path.MatchString(target) {
			n++
		}
	}
	return n
}

// listed are the requests that came, those after the first few as a number.
func listed(came []string) string {
	const most = 20
	if len(came) == 0 {
		return "no request reached it"
	}
	head := fmt.Sprintf("%s reached it:\n", counted(len(came), "request"))
	if len(came) > most {
		return fmt.Sprintf("%s%s\n… and %d more", head, strings.Join(came[:most], "\n"), len(came)-most)
	}
	return head + strings.Join(came, "\n")
}
