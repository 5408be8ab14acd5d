package sandbox

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
)

// A Process is one started program with everything it starts itself.
type Process struct {
	cmd    *exec.Cmd
	group  group
	out    *capture
	stderr *capture
	stdout *capture
	done   chan struct{}
	exit   Exit // valid once done is closed

	mu     sync.Mutex
	killed bool
}

// An Exit says how a process ended.
type Exit struct {
	Code   int    // exit status; -1 if a signal ended it
	Signal string // "killed", "terminated", …; "" if it exited by itself
	Flood  bool   // it was killed because it printed more than Limits.MaxOutput
	Killed bool   // the box, or Kill, ended it
}

func (e Exit) String() string {
	switch {
	case e.Flood:
		return "was stopped: it printed without end"
	case e.Signal != "":
		return "was ended by a signal: " + e.Signal
	default:
		return fmt.Sprintf("exited with status %d", e.Code)
	}
}

func start(cmd *exec.Cmd, l Limits, also io.Writer) (*Process, error) {
	p := &Process{cmd: cmd, done: make(chan struct{})}
	total := &meter{max: l.MaxOutput, flood: p.Kill}
	p.out = newCapture(l.KeepOutput)
	p.stdout = newCapture(l.KeepOutput)
	p.stderr = newCapture(l.KeepOutput)
	if also == nil {
		also = io.Discard
	}
	cmd.Stdout = tee{total, p.stdout, p.out, also}
	cmd.Stderr = tee{total, p.stderr, p.out, also}
	cmd.WaitDelay = l.Drain
	if err := p.group.start(cmd); err != nil {
		return nil, err
	}
	go func() {
		cmd.Wait()
		p.group.kill() // what it left behind in its group
		p.exit = exitOf(cmd.ProcessState)
		p.exit.Flood = total.flooded()
		p.mu.Lock()
		p.exit.Killed = p.killed
		p.mu.Unlock()
		p.group.close()
		close(p.done)
	}()
	return p, nil
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
	p.mu.Unlock()
	p.group.kill()
}

// Signal sends a signal to the process alone.
func (p *Process) Signal(sig os.Signal) error {
	if p.Ended() {
		return os.ErrProcessDone
	}
	return p.cmd.Process.Signal(sig)
}

// Output returns what the process printed so far on both streams, in the order
// it arrived. Of a long output the first and the last part are kept.
func (p *Process) Output() string { return p.out.String() }

// Stdout is like Output for standard output alone.
func (p *Process) Stdout() string { return p.stdout.String() }

// Stderr is like Output for standard error alone.
func (p *Process) Stderr() string { return p.stderr.String() }
