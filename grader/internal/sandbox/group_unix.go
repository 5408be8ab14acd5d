//go:build unix

package sandbox

import (
	"os"
	"os/exec"
	"os/user"
	"strconv"
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
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
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

// Nobody is the user that a service runs as; ok is false unless the grader is root.
func Nobody() (uid, gid int, ok bool, err error) {
	if os.Geteuid() != 0 {
		return 0, 0, false, nil
	}
	u, err := user.Lookup("nobody")
	if err == nil {
		uid, err = strconv.Atoi(u.Uid)
	}
	if err == nil {
		gid, err = strconv.Atoi(u.Gid)
	}
	return uid, gid, true, err
}

// asService prepares cmd for Spec.Service.
func asService(cmd *exec.Cmd) error {
	uid, gid, root, err := Nobody()
	if err != nil {
		return err
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	if root {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	} else {
		uid, gid = os.Getuid(), os.Getgid()
	}
	if Probe().Level == LevelNamespaces {
		serviceNamespaces(cmd.SysProcAttr, uid, gid)
	}
	return nil
}

func signalName(st *os.ProcessState) string {
	if ws, ok := st.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return ws.Signal().String()
	}
	return ""
}
