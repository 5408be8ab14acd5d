package suite

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
)

// silent keeps what an upstream's server would print off the learner's screen.
var silent = log.New(io.Discard, "", 0)

// A standIn is something of the grader's that the program reaches at an address, and a
// learner, who has it not, at another.
type standIn struct {
	address, shown string
	byHand         func() string // the command that puts it there
}

// public puts the addresses that a learner can use in the place of those of stand-ins.
func (r *run) public(text string) string {
	for _, s := range r.standIns {
		text = strings.ReplaceAll(text, s.address, s.shown)
	}
	return text
}

func (r *run) publicAll(texts []string) []string {
	var out []string
	for _, text := range texts {
		out = append(out, r.public(text))
	}
	return out
}

// playing are the commands for the stand-ins that the environment names.
func (r *run) playing(env []string) []string {
	var out []string
	for _, s := range r.standIns {
		if strings.Contains(strings.Join(env, "\n"), s.address) {
			out = append(out, s.byHand())
		}
	}
	return out
}

// byHand is a command that answers as the upstream does now.
func (u *upstream) byHand() string {
	u.mu.Lock()
	defer u.mu.Unlock()
	_, port, _ := strings.Cut(u.shown, ":")
	switch {
	case u.say.refuse:
		return "# nothing listens on port " + port
	case u.say.hang:
		return "nc -lk " + port + "   # in a terminal of its own: it takes requests and never answers"
	}
	head := fmt.Sprintf(`HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%%s`,
		u.say.status, http.StatusText(u.say.status), u.say.media, len(u.say.body))
	return fmt.Sprintf("while true; do printf '%s' %s | nc -l %s; done   # in a terminal of its own", head, shellQuote(u.say.body), port)
}
