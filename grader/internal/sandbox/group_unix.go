//go:build unix

package sandbox

import (
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// group is a process group: what a process starts stays in it unless it asks
// for another, so one signal reaches all of it.
type group struct {
	mu   sync.Mutex
	pgid int // 0 before the start and after the end: a number that is free again is never signalled
}

func (g *group) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := startProcess(cmd); err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pgid = cmd.Process.Pid
	return nil
}

func (g *group) kill() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.pgid > 0 {
		syscall.Kill(-g.pgid, syscall.SIGKILL)
	}
}

func (g *group) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.pgid = 0
}

func signalName(st *os.ProcessState) string {
	if ws, ok := st.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return ws.Signal().String()
	}
	return ""
}
