package sandbox

import (
	"fmt"
	"io"
	"os"
	"sync"
)

// A Process is one started program with everything it starts itself.
type Process struct {
	started started
	out     *capture
	stderr  *capture
	stdout  *capture
	total   *meter
	done    chan struct{}
	exit    Exit // valid once done is closed

	mu     sync.Mutex
	killed bool
	excess excess
}

// started is a process as its box knows it. Its methods may be called from several
// goroutines, also after the end.
type started interface {
	// wait waits for the end of the process and of its output.
	wait() Exit
	// kill ends the process and its group at once. It does not wait.
	kill()
	// signal signals the process alone.
	signal(os.Signal) error
	// ports are the TCP ports that it listens on, as far as the system tells.
	ports() []int
}

// An Exit says how a process ended.
type Exit struct {
	Code   int    // exit status; -1 if a signal ended it
	Signal string // "killed", "terminated", …; "" if it exited by itself
	Flood  bool   // it was killed because it printed more than Limits.MaxOutput
	Hog    bool   // it was killed because its box used more than Limits.Memory
	Swarm  bool   // it was killed because its box had more than Limits.Processes
	Killed bool   // the box, or Kill, ended it
}

// AtLimit reports whether the process passed one of its box's limits.
func (e Exit) AtLimit() bool { return e.Flood || e.Hog || e.Swarm }

func (e Exit) String() string {
	switch {
	case e.Flood:
		return "was stopped: it printed without end"
	case e.Hog:
		return "was stopped: it took too much memory"
	case e.Swarm:
		return "was stopped: it started processes without end"
	case e.Signal != "":
		return "was ended by a signal: " + e.Signal
	default:
		return fmt.Sprintf("exited with status %d", e.Code)
	}
}

// newProcess prepares a process, whose output goes to the two writers.
func newProcess(l Limits, also io.Writer) (p *Process, stdout, stderr io.Writer) {
	p = &Process{done: make(chan struct{})}
	p.total = &meter{max: l.MaxOutput, flood: p.Kill}
	p.out = newCapture(l.KeepOutput)
	p.stdout = newCapture(l.KeepOutput)
	p.stderr = newCapture(l.KeepOutput)
	if also == nil {
		also = io.Discard
	}
	return p, tee{p.total, p.stdout, p.out, also}, tee{p.total, p.stderr, p.out, also}
}

// watch waits for the end of a process that was started.
func (p *Process) watch(s started) {
	p.mu.Lock()
	p.started = s
	killed := p.killed
	p.mu.Unlock()
	if killed { // it printed without end before it was known here
		s.kill()
	}
	go func() {
		exit := s.wait()
		p.mu.Lock()
		exit.Flood, exit.Killed = p.total.flooded(), p.killed
		exit.Hog, exit.Swarm = p.excess == hog, p.excess == swarm
		p.mu.Unlock()
		p.exit = exit
		close(p.done)
	}()
}

func exitOf(st *os.ProcessState) Exit {
	if st == nil {
		return Exit{Code: -1, Signal: "unknown"}
	}
	return Exit{Code: st.ExitCode(), Signal: signalName(st)}
}

// Done is closed when the process has ended and its output is complete.
func (p *Process) Done() <-chan struct{} { return p.done }

// Exit says how the process ended. It waits for the end.
func (p *Process) Exit() Exit {
	<-p.done
	return p.exit
}

// Ended reports whether the process has ended.
func (p *Process) Ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Kill ends the process and all of its group at once. It does not wait.
func (p *Process) Kill() {
	p.mu.Lock()
	if !p.Ended() {
		p.killed = true
	}
	s := p.started
	p.mu.Unlock()
	if s != nil {
		s.kill()
	}
}

// excess is what a box is stopped for; "" for none.
type excess string

const (
	hog   excess = "memory"
	swarm excess = "processes"
)

// killFor is Kill for a box that takes too much.
func (p *Process) killFor(why excess) {
	p.mu.Lock()
	if p.excess == "" && !p.Ended() {
		p.excess = why
	}
	p.mu.Unlock()
	p.Kill()
}

// Signal sends a signal to the process alone.
func (p *Process) Signal(sig os.Signal) error {
	if p.Ended() {
		return os.ErrProcessDone
	}
	return p.started.signal(sig)
}

// Ports lists the TCP ports the process itself listens on, as far as the system
// tells; it is for saying what went wrong, never for a verdict.
func (p *Process) Ports() []int {
	if p.Ended() {
		return nil
	}
	return p.started.ports()
}

// Output returns what the process printed so far on both streams, in the order
// it arrived. Of a long output the first and the last part are kept.
func (p *Process) Output() string { return p.out.String() }

// Stdout is like Output for standard output alone.
func (p *Process) Stdout() string { return p.stdout.String() }

// Stderr is like Output for standard error alone.
func (p *Process) Stderr() string { return p.stderr.String() }
