package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// local is a box of level "none".
type local struct {
	limits  Limits
	scratch string

	mu        sync.Mutex
	closed    bool
	watched   chan struct{} // closed at the end; nil for a host's box, whose use nobody watches
	procs     []*Process
	listeners []net.Listener
	data      string   // "" until it is asked for
	made      []string // folders in the system's temporary folder, to be removed; those in scratch are the caller's
}

func openLocal(o Options) *local {
	b := &local{limits: o.Limits, scratch: o.Scratch, watched: make(chan struct{})}
	go watchUse(o.memory(), o.Limits.Processes, b.watched, b.roots, func() int64 { return 0 }, b.stop)
	return b
}

// roots are the processes that were started and live.
func (b *local) roots() []int {
	b.mu.Lock()
	defer b.mu.Unlock()
	var pids []int
	for _, p := range b.procs {
		if h := p.started.(*here); !p.Ended() {
			pids = append(pids, h.cmd.Process.Pid)
		}
	}
	return pids
}

// stop ends everything in the box.
func (b *local) stop(why excess) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, p := range b.procs {
		p.killFor(why)
	}
}

func (b *local) Level() string { return LevelNone }

// Ports that were handed out lately, so that two boxes of this process do not
// get the same one between the probe and the program's own bind.
var handedOut struct {
	sync.Mutex
	ring [512]int
	next int
}

func reserve(port int) bool {
	handedOut.Lock()
	defer handedOut.Unlock()
	for _, p := range handedOut.ring {
		if p == port {
			return false
		}
	}
	handedOut.ring[handedOut.next%len(handedOut.ring)] = port
	handedOut.next++
	return true
}

func (b *local) Port() (int, error) {
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return 0, fmt.Errorf("find a free port: %w", err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		if reserve(port) {
			return port, nil
		}
	}
	return 0, errors.New("find a free port: every port offered was handed out a moment ago")
}

func (b *local) Listen() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return 0, ErrClosed
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("take a port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	reserve(port)
	b.listeners = append(b.listeners, l)
	// Some systems let a program bind every address beside a taken loopback one.
	if all, err := net.Listen("tcp", fmt.Sprintf(":%d", port)); err == nil {
		b.listeners = append(b.listeners, all)
	}
	return port, nil
}

func (b *local) Listener(port int) (net.Listener, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrClosed
	}
	l, err := net.Listen("tcp", loopback(port))
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	reserve(l.Addr().(*net.TCPAddr).Port)
	b.listeners = append(b.listeners, l)
	return l, nil
}

func (b *local) Dial(ctx context.Context, port int) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", loopback(port))
}

func (b *local) Data() (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.data == "" {
		dir, err := os.MkdirTemp(b.scratch, "data-")
		if err != nil {
			return "", fmt.Errorf("make a folder for data: %w", err)
		}
		b.data = dir
	}
	return b.data, nil
}

func (b *local) Kept(name string, limit int64) ([]byte, error) {
	dir, err := b.Data()
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, name)
	if info, err := os.Lstat(file); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() { // opening it might wait
		return nil, errIrregular
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	return readRegular(f, limit)
}

func (b *local) Start(s Spec) (*Process, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, ErrClosed
	}
	dir := s.Dir
	if dir == "" {
		var err error
		if dir, err = os.MkdirTemp(b.scratch, "cwd-"); err != nil {
			return nil, fmt.Errorf("make a working folder: %w", err)
		}
		if b.scratch == "" {
			b.made = append(b.made, dir)
		}
	}
	if err := putFiles(dir, s.Files); err != nil {
		return nil, err
	}
	return whenClosed(func() (*Process, error) {
		cmd := exec.Command(s.Path, s.Args...)
		cmd.Dir = dir
		cmd.Env = append(baseEnv(dir), s.Env...)
		if s.Service {
			if err := asService(cmd); err != nil {
				return nil, fmt.Errorf("start %s: %w", s.Path, err)
			}
		}
		p, err := startHere(cmd, b.limits, s.Tee)
		if err != nil {
			return nil, fmt.Errorf("start %s: %w", s.Path, err)
		}
		b.procs = append(b.procs, p)
		return p, nil
	})
}

// putFiles writes files below dir.
func putFiles(dir string, files map[string][]byte) error {
	for name, data := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		err := os.MkdirAll(filepath.Dir(file), 0o755)
		if err == nil {
			err = os.WriteFile(file, data, 0o644)
		}
		if err != nil {
			return fmt.Errorf("put a file into the working folder: %w", err)
		}
	}
	return nil
}

// whenClosed starts a program again as long as its file is open for writing: a process
// that is being started elsewhere in the grader holds, for a moment, what was open when
// it was forked (go.dev/issue/22315).
func whenClosed(start func() (*Process, error)) (*Process, error) {
	for try := 0; ; try++ {
		p, err := start()
		if !errors.Is(err, syscall.ETXTBSY) || try == 20 {
			return p, err
		}
		time.Sleep(time.Duration(try) * time.Millisecond)
	}
}

func (b *local) Close() error {
	b.mu.Lock()
	if !b.closed && b.watched != nil {
		close(b.watched)
	}
	b.closed = true
	procs, listeners, made := b.procs, b.listeners, b.made // kept, so that a second Close waits too
	b.mu.Unlock()
	for _, l := range listeners {
		l.Close()
	}
	for _, p := range procs {
		p.Kill()
	}
	for _, p := range procs {
		<-p.Done()
	}
	for _, dir := range made {
		os.RemoveAll(dir)
	}
	return nil
}

// here is a process of the machine itself.
type here struct {
	cmd   *exec.Cmd
	group group
}

func startHere(cmd *exec.Cmd, l Limits, also io.Writer) (*Process, error) {
	p, stdout, stderr := newProcess(l, also)
	h := &here{cmd: cmd}
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = stdout, stderr, l.Drain
	if err := h.group.start(cmd); err != nil {
		return nil, err
	}
	p.watch(h)
	return p, nil
}

func (h *here) wait() Exit {
	h.cmd.Wait()
	h.group.kill() // what it left behind in its group
	defer h.group.close()
	return exitOf(h.cmd.ProcessState)
}

func (h *here) kill()                      { h.group.kill() }
func (h *here) signal(sig os.Signal) error { return h.cmd.Process.Signal(sig) }
func (h *here) ports() []int               { return portsOf(h.cmd.Process.Pid) }
