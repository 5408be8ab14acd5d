//go:build linux && (amd64 || arm64)

package sandbox

import (
	"bytes"
	"context"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"echofromzero/grader/internal/sandbox/shim"
)

const (
	boxUser    = 1000  // uid and gid of programs, as they see them
	nobody     = 65534 // uid and gid of programs on the machine, when root grades
	goReserve  = 96 << 20
	setUpLimit = 10 * time.Second
	zones      = "/usr/share/zoneinfo" // for time.LoadLocation
)

// space is a box of level "namespaces".
type space struct {
	limits Limits
	shim   *exec.Cmd
	stderr bytes.Buffer // of the shim, for defects
	conn   *net.UnixConn
	gone   chan struct{} // closed when the shim has ended
	diag   *os.File      // netlink socket of the box's network
	ask    sync.Mutex    // one question at a time on diag

	mu        sync.Mutex
	closed    bool
	last      uint32 // request
	waiting   map[uint32]chan answer
	procs     map[uint32]*inside
	listeners []net.Listener
	ports     map[int]bool // handed out
}

// answer is what the shim says to a request.
type answer struct {
	errno  syscall.Errno
	number uint64
	step   string
	fd     int // -1 for none
}

func openNamespaces(o Options) (Box, error) {
	b := &space{limits: o.Limits, gone: make(chan struct{}), waiting: map[uint32]chan answer{},
		procs: map[uint32]*inside{}, ports: map[int]bool{}}
	config, err := b.config(o)
	if err != nil {
		return nil, err
	}
	if err := b.startShim(o.Scratch); err != nil {
		return nil, fmt.Errorf("make a box: %w", err)
	}
	a, err := b.request(context.Background(), config.Packet)
	if err != nil {
		b.Close()
		if text := strings.TrimSpace(b.stderr.String()); text != "" {
			err = fmt.Errorf("%w: %s", err, text)
		}
		return nil, fmt.Errorf("make a box: %w", err)
	}
	b.diag = os.NewFile(uintptr(a.fd), "netlink")
	go watchUse(o.memory(), o.Limits.Processes, b.gone, func() []int { return children(b.shim.Process.Pid) }, b.buffered, b.stop)
	return b, nil
}

// config is the box as the shim makes it.
func (b *space) config(o Options) (shim.Config, error) {
	filter, err := seccompProgram()
	if err != nil {
		return shim.Config{}, err
	}
	c := shim.Config{UID: boxUser, GID: boxUser, Own: os.Geteuid() == 0, Filter: filter, Visible: slices.Clone(o.Visible),
		Work: fmt.Sprintf("size=%d,nr_inodes=16384,mode=1777", o.Limits.Disk)}
	if o.Self != "" {
		c.Links = append(c.Links, "/proc/self/exe", o.Self)
	}
	if o.Race != "" {
		c.Visible = append(c.Visible, o.Race)
		c.Links = append(c.Links, "/proc/self/exe", o.Race)
		c.Files = append(c.Files, "/proc/self/environ", "GORACE="+o.RaceOptions+"\x00")
	}
	dynamic := false
	for _, path := range c.Visible {
		if !filepath.IsAbs(path) {
			return c, fmt.Errorf("make a box: %s is no absolute path", path)
		}
		dynamic = dynamic || needsLibraries(path)
	}
	if dynamic {
		addLibraries(&c)
	}
	if info, err := os.Stat(zones); err == nil && info.IsDir() {
		c.Visible = append(c.Visible, zones)
	}
	limit := func(resource int, n uint64) { c.Rlimits = append(c.Rlimits, uint64(resource), n, n) }
	limit(unix.RLIMIT_CORE, 1) // core(5): 0 would still call the machine's handler of crashes
	limit(unix.RLIMIT_CPU, uint64(o.Limits.CPU/time.Second))
	limit(unix.RLIMIT_FSIZE, o.Limits.FileSize)
	limit(unix.RLIMIT_NOFILE, 1024)
	limit(unix.RLIMIT_MEMLOCK, 64<<10)
	limit(unix.RLIMIT_MSGQUEUE, 0)
	limit(unix.RLIMIT_NPROC, o.Limits.Tasks+2*uint64(runtime.NumCPU())) // of which Go takes some for itself
	if o.Race == "" {                                                   // which reserves terabytes of addresses
		limit(unix.RLIMIT_DATA, uint64(o.Limits.Memory+goReserve))
	}
	return c, nil
}

// needsLibraries reports whether the file is a program that is linked at its start.
func needsLibraries(path string) bool {
	f, err := elf.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return true
		}
	}
	return false
}

// addLibraries lets the box see the system's libraries.
func addLibraries(c *shim.Config) {
	for _, dir := range []string{"/lib", "/lib64", "/usr/lib", "/usr/lib64"} {
		info, err := os.Lstat(dir)
		if err != nil {
			continue
		}
		if target, err := os.Readlink(dir); err == nil {
			c.Links = append(c.Links, dir, target)
		} else if info.IsDir() {
			c.Visible = append(c.Visible, dir)
		}
	}
}

// startShim starts the grader once more, as pid 1 of new namespaces.
func (b *space) startShim(scratch string) error {
	pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_SEQPACKET|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	theirs, ours := os.NewFile(uintptr(pair[1]), "shim"), os.NewFile(uintptr(pair[0]), "grader")
	conn, err := net.FileConn(ours)
	ours.Close()
	defer theirs.Close()
	if err != nil {
		return err
	}
	b.conn = conn.(*net.UnixConn)
	b.shim = exec.Command("/proc/self/exe")
	b.shim.Args = []string{"echofromzero-box", scratch} // what a list of processes shows
	b.shim.Dir = "/"
	b.shim.Env = []string{shim.Env + "=1", "GOTRACEBACK=none"}
	b.shim.Stderr = &b.stderr
	b.shim.ExtraFiles = []*os.File{theirs}
	b.shim.SysProcAttr = namespaces()
	keepDescriptors()
	if err := b.shim.Start(); err != nil {
		b.conn.Close()
		return err
	}
	go b.listen()
	return nil
}

// namespaces are what the shim is started with. Started by root it keeps root's user
// id, which owns the files of the machine that the box shall see, and starts programs
// as nobody; otherwise all of the box has the user's own id, and no capability.
func namespaces() *syscall.SysProcAttr {
	a := &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWUSER | unix.CLONE_NEWNS | unix.CLONE_NEWPID | unix.CLONE_NEWNET |
		unix.CLONE_NEWIPC | unix.CLONE_NEWUTS | unix.CLONE_NEWCGROUP}
	uid, gid := os.Geteuid(), os.Getegid()
	if uid == 0 {
		ids := []syscall.SysProcIDMap{{ContainerID: 0, HostID: 0, Size: 1}, {ContainerID: boxUser, HostID: nobody, Size: 1}}
		a.UidMappings, a.GidMappings, a.GidMappingsEnableSetgroups = ids, ids, true
		a.Credential = &syscall.Credential{Uid: 0, Gid: 0}
		return a
	}
	a.UidMappings = []syscall.SysProcIDMap{{ContainerID: boxUser, HostID: uid, Size: 1}}
	a.GidMappings = []syscall.SysProcIDMap{{ContainerID: boxUser, HostID: gid, Size: 1}}
	a.AmbientCaps = []uintptr{unix.CAP_SYS_ADMIN, unix.CAP_NET_ADMIN, unix.CAP_SETPCAP}
	return a
}

// listen reads what the shim says until it is gone.
func (b *space) listen() {
	data, oob := make([]byte, shim.MaxPacket), make([]byte, 64)
	for {
		n, oobn, _, _, err := b.conn.ReadMsgUnix(data, oob)
		if err != nil || n == 0 {
			break
		}
		p, kind, request := shim.Open(data[:n])
		switch kind {
		case shim.Answer:
			a := answer{errno: syscall.Errno(p.TakeNumber()), number: p.TakeNumber(), step: p.TakeText(), fd: descriptor(oob[:oobn])}
			b.mu.Lock()
			to := b.waiting[request]
			delete(b.waiting, request)
			b.mu.Unlock()
			if to != nil {
				to <- a
			} else if a.fd >= 0 {
				unix.Close(a.fd)
			}
		case shim.Exited:
			b.mu.Lock()
			proc := b.procs[request]
			b.mu.Unlock()
			if proc != nil {
				proc.ended <- syscall.WaitStatus(p.TakeNumber())
			}
		}
	}
	b.shim.Process.Kill()
	b.shim.Wait() // returns when every process of its namespace has ended
	close(b.gone)
}

func descriptor(oob []byte) int {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil || len(messages) == 0 {
		return -1
	}
	fds, err := unix.ParseUnixRights(&messages[0])
	if err != nil || len(fds) == 0 {
		return -1
	}
	unix.CloseOnExec(fds[0])
	return fds[0]
}

// errGone is returned when the shim ends before it answers.
var errGone = errors.New("the box has ended")

// request sends a packet, with descriptors beside it, and waits for the answer.
func (b *space) request(ctx context.Context, packet func(uint32) *shim.Packet, fds ...int) (answer, error) {
	to := make(chan answer, 1)
	b.mu.Lock()
	b.last++
	number := b.last
	b.waiting[number] = to
	b.mu.Unlock()
	return b.send(ctx, number, to, packet(number), fds...)
}

func (b *space) send(ctx context.Context, number uint32, to chan answer, p *shim.Packet, fds ...int) (answer, error) {
	forget := func() {
		b.mu.Lock()
		delete(b.waiting, number)
		b.mu.Unlock()
	}
	if len(p.Data) > shim.MaxPacket {
		forget()
		return answer{}, unix.E2BIG
	}
	var rights []byte
	if len(fds) > 0 {
		rights = unix.UnixRights(fds...)
	}
	if _, _, err := b.conn.WriteMsgUnix(p.Data, rights, nil); err != nil {
		forget()
		return answer{}, errGone
	}
	late := time.NewTimer(setUpLimit)
	defer late.Stop()
	select {
	case a := <-to:
		if a.errno != 0 {
			return a, fmt.Errorf("%s: %w", a.step, a.errno)
		}
		return a, nil
	case <-b.gone:
		return answer{}, errGone
	case <-late.C:
		forget()
		return answer{}, fmt.Errorf("the box did not answer within %v", setUpLimit)
	case <-ctx.Done():
		forget()
		return answer{}, ctx.Err()
	}
}

func (b *space) Level() string { return LevelNamespaces }

func (b *space) Data() (string, error) { return shim.Data, nil }

func (b *space) Kept(name string, limit int64) ([]byte, error) {
	if b.isClosed() {
		return nil, ErrClosed
	}
	a, err := b.request(context.Background(), func(n uint32) *shim.Packet {
		p := shim.NewPacket(shim.Get, n)
		p.Text(shim.Data + "/" + name)
		return p
	})
	if err != nil {
		return nil, err
	}
	return readRegular(os.NewFile(uintptr(a.fd), name), limit)
}

// Port picks from below the ports that the kernel gives to outgoing connections. They
// differ from box to box so that no program can know its own.
func (b *space) Port() (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		port := 10_000 + rand.IntN(20_000)
		if !b.ports[port] {
			b.ports[port] = true
			return port, nil
		}
	}
}

func (b *space) Listen() (int, error) {
	port, err := b.Port()
	if err != nil {
		return 0, err
	}
	_, err = b.Listener(port)
	return port, err
}

func (b *space) Listener(port int) (net.Listener, error) {
	if b.isClosed() {
		return nil, ErrClosed
	}
	a, err := b.request(context.Background(), func(n uint32) *shim.Packet {
		p := shim.NewPacket(shim.Listen, n)
		p.Number(uint64(port))
		return p
	})
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	f := os.NewFile(uintptr(a.fd), "listener")
	defer f.Close()
	l, err := net.FileListener(f)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		l.Close()
		return nil, ErrClosed
	}
	b.listeners = append(b.listeners, l)
	return l, nil
}

func (b *space) isClosed() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed
}

// Dial connects a socket that was made inside.
func (b *space) Dial(ctx context.Context, port int) (net.Conn, error) {
	if b.isClosed() {
		return nil, ErrClosed
	}
	a, err := b.request(ctx, func(n uint32) *shim.Packet { return shim.NewPacket(shim.Socket, n) })
	if err != nil {
		return nil, err
	}
	started := unix.Connect(a.fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	f := os.NewFile(uintptr(a.fd), "socket")
	defer f.Close()
	if started == unix.EINPROGRESS {
		started = connected(ctx, f)
	}
	if started != nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}, Err: started}
	}
	return net.FileConn(f)
}

// connected waits until the socket is, or cannot be.
func connected(ctx context.Context, f *os.File) error {
	raw, err := f.SyscallConn()
	if err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { f.SetWriteDeadline(time.Unix(1, 0)) })
	defer stop()
	var failed error
	err = raw.Write(func(fd uintptr) bool {
		n, err := unix.GetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_ERROR)
		if err != nil {
			failed = err
			return true
		}
		if n != 0 {
			failed = syscall.Errno(n)
			return true
		}
		_, err = unix.Getpeername(int(fd))
		return err == nil
	})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return err
	}
	f.SetWriteDeadline(time.Time{})
	return failed
}

func (b *space) Start(s Spec) (*Process, error) {
	return whenClosed(func() (*Process, error) { return b.start(s) })
}

func (b *space) start(s Spec) (*Process, error) {
	outR, outW, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", s.Path, err)
	}
	defer outW.Close()
	errR, errW, err := os.Pipe()
	if err != nil {
		outR.Close()
		return nil, fmt.Errorf("start %s: %w", s.Path, err)
	}
	defer errW.Close()
	p, stdout, stderr := newProcess(b.limits, s.Tee)
	in := &inside{box: b, process: p, ended: make(chan syscall.WaitStatus, 1), pipes: []*os.File{outR, errR}}

	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		outR.Close()
		errR.Close()
		return nil, ErrClosed
	}
	b.last++
	in.request = b.last
	dir := s.Dir
	if dir == "" { // a name that no earlier program of the box can have taken
		dir = fmt.Sprintf("%s/%016x", shim.Work, rand.Uint64())
	}
	b.mu.Unlock()
	if err := b.put(dir, s.Files); err != nil {
		outR.Close()
		errR.Close()
		return nil, err
	}
	to := make(chan answer, 1)
	b.mu.Lock()
	b.waiting[in.request] = to
	b.procs[in.request] = in // before it can end
	b.mu.Unlock()

	packet := shim.NewPacket(shim.Start, in.request)
	packet.Text(s.Path)
	packet.Text(dir)
	packet.Texts(s.Args)
	packet.Texts(lastOfEach(append(baseEnv(dir), s.Env...)))
	a, err := b.send(context.Background(), in.request, to, packet, int(outW.Fd()), int(errW.Fd()))
	if err != nil {
		b.mu.Lock()
		delete(b.procs, in.request)
		b.mu.Unlock()
		outR.Close()
		errR.Close()
		return nil, fmt.Errorf("start %s: %w", s.Path, err)
	}
	in.pid = int(a.number)
	in.copy(stdout, stderr)
	p.watch(in)
	return p, nil
}

// put writes files below a folder of the box.
func (b *space) put(dir string, files map[string][]byte) error {
	const part = shim.MaxPacket / 2
	for name, data := range files {
		for first := true; first || len(data) > 0; first = false {
			n := min(len(data), part)
			if _, err := b.request(context.Background(), func(number uint32) *shim.Packet {
				p := shim.NewPacket(shim.Put, number)
				p.Text(dir + "/" + name)
				p.Text(string(data[:n]))
				return p
			}); err != nil {
				return fmt.Errorf("put a file into the working folder: %w", err)
			}
			data = data[n:]
		}
	}
	return nil
}

// lastOfEach leaves of the settings of a variable the last one, as exec.Cmd does.
func lastOfEach(env []string) []string {
	last := map[string]int{}
	for i, kv := range env {
		key, _, _ := strings.Cut(kv, "=")
		last[key] = i
	}
	var list []string
	for i, kv := range env {
		key, _, _ := strings.Cut(kv, "=")
		if last[key] == i {
			list = append(list, kv)
		}
	}
	return list
}

func (b *space) Close() error {
	b.mu.Lock()
	b.closed = true
	var procs []*inside
	for _, in := range b.procs {
		procs = append(procs, in)
	}
	listeners := b.listeners
	b.mu.Unlock()
	for _, l := range listeners {
		l.Close()
	}
	for _, in := range procs {
		in.process.Kill()
	}
	b.shim.Process.Kill()
	b.conn.Close()
	<-b.gone
	for _, in := range procs {
		if in.watched() {
			<-in.process.Done()
		}
	}
	if b.diag != nil {
		b.ask.Lock()
		b.diag.Close()
		b.ask.Unlock()
	}
	return nil
}

// stop ends everything in the box.
func (b *space) stop(why excess) {
	b.mu.Lock()
	var procs []*inside
	for _, in := range b.procs {
		procs = append(procs, in)
	}
	b.mu.Unlock()
	for _, in := range procs {
		in.process.killFor(why)
	}
	// What has left its group is not reached by that.
	b.shim.Process.Kill()
}

// listening are the sockets that listen in the box, by inode.
func (b *space) listening() map[uint32]int {
	found := map[uint32]int{}
	b.ask.Lock()
	defer b.ask.Unlock()
	raw, err := b.diag.SyscallConn()
	if err != nil {
		return found
	}
	raw.Control(func(fd uintptr) {
		if diagnoseOn(int(fd), unix.AF_INET, found) == nil {
			diagnoseOn(int(fd), unix.AF_INET6, found)
		}
	})
	return found
}

// A few sockets are not looked at: the kernel lets each keep some MiB, and asking for
// what they keep takes a look at all of the machine.
const fewSockets = 32

// buffered is how many bytes the sockets of the box keep, if it has more than a few.
func (b *space) buffered() (sum int64) {
	if n, ok := sockets(b.shim.Process.Pid); ok && n <= fewSockets {
		return 0
	}
	b.ask.Lock()
	defer b.ask.Unlock()
	if raw, err := b.diag.SyscallConn(); err == nil {
		raw.Control(func(fd uintptr) { sum = buffered(int(fd)) })
	}
	return sum
}

// inside is one process in a space.
type inside struct {
	box     *space
	process *Process
	request uint32
	pid     int // inside
	ended   chan syscall.WaitStatus
	pipes   []*os.File
	copied  chan struct{} // closed when both streams are at their end
}

// watched reports whether the process was really started.
func (in *inside) watched() bool {
	in.process.mu.Lock()
	defer in.process.mu.Unlock()
	return in.process.started != nil
}

func (in *inside) copy(to ...io.Writer) {
	in.copied = make(chan struct{})
	var wg sync.WaitGroup
	for i, w := range to {
		wg.Go(func() { io.Copy(w, in.pipes[i]) })
	}
	go func() {
		wg.Wait()
		close(in.copied)
	}()
}

func (in *inside) wait() Exit {
	exit := Exit{Code: -1, Signal: syscall.SIGKILL.String()} // the whole box ended
	select {
	case status := <-in.ended:
		exit = exitOfStatus(status)
	case <-in.box.gone:
		select {
		case status := <-in.ended:
			exit = exitOfStatus(status)
		default:
		}
	}
	select {
	case <-in.copied:
	case <-time.After(in.box.limits.Drain):
	}
	for _, f := range in.pipes {
		f.Close()
	}
	<-in.copied
	in.box.mu.Lock()
	delete(in.box.procs, in.request)
	in.box.mu.Unlock()
	return exit
}

func exitOfStatus(s syscall.WaitStatus) Exit {
	if s.Signaled() {
		return Exit{Code: -1, Signal: s.Signal().String()}
	}
	return Exit{Code: s.ExitStatus()}
}

func (in *inside) kill() { in.send(syscall.SIGKILL, 1) }

func (in *inside) signal(sig os.Signal) error {
	number, ok := sig.(syscall.Signal)
	if !ok {
		return fmt.Errorf("signal %v is not known here", sig)
	}
	in.send(number, 0)
	return nil
}

func (in *inside) send(sig syscall.Signal, group uint64) {
	p := shim.NewPacket(shim.Signal, 0)
	p.Number(uint64(in.request))
	p.Number(uint64(sig))
	p.Number(group)
	in.box.conn.WriteMsgUnix(p.Data, nil, nil) // whose end has no need of a signal
}

func (in *inside) ports() []int {
	pid := in.hostPID()
	if pid == 0 {
		return nil
	}
	inodes := socketsOf(pid)
	if len(inodes) == 0 {
		return nil
	}
	return portsAmong(inodes, in.box.listening())
}

// hostPID is the process's number outside, 0 if it is not known: of the shim's
// descendants the one whose innermost number is the pid inside.
func (in *inside) hostPID() int {
	for _, pid := range children(in.box.shim.Process.Pid) {
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
		if err != nil {
			continue
		}
		_, rest, ok := strings.Cut(string(data), "\nNSpid:")
		line, _, _ := strings.Cut(rest, "\n")
		numbers := strings.Fields(line)
		if ok && len(numbers) > 0 && numbers[len(numbers)-1] == strconv.Itoa(in.pid) {
			return pid
		}
	}
	return 0
}

// probeNamespaces starts the grader itself in a box, as the program.
func probeNamespaces() error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	b, err := openNamespaces(Options{Limits: DefaultLimits, Visible: []string{self}})
	if err != nil {
		return err
	}
	defer b.Close()
	p, err := b.Start(Spec{Path: self, Env: []string{shim.Env + "=" + shim.Probe}})
	if err != nil {
		return err
	}
	select {
	case <-p.Done():
	case <-time.After(setUpLimit):
		return errors.New("a program in a box does not end")
	}
	if e := p.Exit(); e != (Exit{}) {
		return fmt.Errorf("a program in a box %s: %s", e, strings.TrimSpace(p.Output()))
	}
	return nil
}

// raiseNamespaces says what would let the machine make boxes of this level.
func raiseNamespaces() string {
	for _, setting := range []struct{ file, bad, do string }{
		{"/proc/sys/kernel/unprivileged_userns_clone", "0", "Allow user namespaces: sudo sysctl kernel.unprivileged_userns_clone=1"},
		{"/proc/sys/user/max_user_namespaces", "0", "Allow user namespaces: sudo sysctl user.max_user_namespaces=10000"},
		{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1", "Allow user namespaces: sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"},
	} {
		if data, err := os.ReadFile(setting.file); err == nil && strings.TrimSpace(string(data)) == setting.bad {
			return setting.do
		}
	}
	if _, err := os.Stat("/.dockerenv"); err == nil {
		return "In a container, let it make namespaces: docker run --security-opt seccomp=unconfined --security-opt apparmor=unconfined"
	}
	return "It takes Linux 5.14 or later with user namespaces."
}
