package shim

import (
	"sync"
	"syscall"
	"unsafe"
)

// Initialisation runs on the main thread and stays on it, so that what belongs to a
// thread (capabilities, no_new_privs, seccomp) is what programs started here inherit.
func init() {
	switch value, ok := syscall.Getenv(Env); {
	case !ok:
		return
	case value == Probe:
		syscall.Exit(0)
	case syscall.Getpid() != 1: // somebody set the variable by hand
		return
	}
	syscall.CloseOnExec(Control) // no program may talk to the grader
	s := &shim{started: make(chan struct{}, 1), requests: map[int]uint32{}, pids: map[uint32]int{}}
	s.serve()
	syscall.Exit(0) // and with pid 1 all of the box
}

type shim struct {
	config  Config
	started chan struct{} // a token: there may be children again

	mu       sync.Mutex     // held from before a start until its pid is known
	requests map[int]uint32 // pid -> request of its start
	pids     map[uint32]int // and back
}

// serve answers requests until the grader is gone.
func (s *shim) serve() {
	data := make([]byte, MaxPacket)
	oob := make([]byte, 256)
	for {
		n, oobn, _, _, err := syscall.Recvmsg(Control, data, oob, syscall.MSG_CMSG_CLOEXEC)
		if err == syscall.EINTR {
			continue
		}
		if err != nil || n == 0 {
			return
		}
		fds := descriptors(oob[:oobn])
		p, kind, request := Open(data[:n])
		switch kind {
		case Setup:
			s.config = p.TakeConfig()
			fd, step, err := s.setUp()
			s.answer(request, err, 0, step, fd)
			if err == nil {
				go s.reap()
			}
		case Start:
			pid, err := s.start(request, p, fds)
			s.answer(request, err, uint64(pid), "start", -1)
		case Put:
			s.answer(request, put(p.TakeText(), p.TakeText()), 0, "put a file into the box", -1)
		case Get:
			fd, err := s.get(p.TakeText())
			s.answer(request, err, 0, "open a file of the box", fd)
		case Signal:
			s.signal(uint32(p.TakeNumber()), syscall.Signal(p.TakeNumber()), p.TakeNumber() == 1)
		case Socket:
			fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
			s.answer(request, err, 0, "make a socket", fd)
		case Listen:
			fd, err := listen(int(p.TakeNumber()))
			s.answer(request, err, 0, "listen", fd)
		}
		for _, fd := range fds {
			syscall.Close(fd)
		}
	}
}

func descriptors(oob []byte) []int {
	messages, err := syscall.ParseSocketControlMessage(oob)
	if err != nil {
		return nil
	}
	var all []int
	for _, m := range messages {
		if fds, err := syscall.ParseUnixRights(&m); err == nil {
			all = append(all, fds...)
		}
	}
	return all
}

// answer tells the outcome of a request, with a descriptor beside it if fd is none of
// -1; the descriptor is closed here.
func (s *shim) answer(request uint32, err error, number uint64, step string, fd int) {
	p := NewPacket(Answer, request)
	errno := uint64(0)
	if err != nil {
		errno = uint64(syscall.EINVAL)
		if e, ok := err.(syscall.Errno); ok {
			errno = uint64(e)
		}
	}
	p.Number(errno)
	p.Number(number)
	p.Text(step)
	var rights []byte
	if err == nil && fd >= 0 {
		rights = syscall.UnixRights(fd)
	}
	send(p.Data, rights)
	if err == nil && fd >= 0 {
		syscall.Close(fd)
	}
}

func send(data, rights []byte) {
	for {
		if err := syscall.Sendmsg(Control, data, rights, nil, syscall.MSG_NOSIGNAL); err != syscall.EINTR {
			return
		}
	}
}

// start starts a program in a folder of its own below /work, or in the one that it is
// told. Its argument list begins with the program's path.
func (s *shim) start(request uint32, p *Packet, fds []int) (int, error) {
	path, dir := p.TakeText(), p.TakeText()
	args, env := p.TakeTexts(), p.TakeTexts()
	if p.Bad() || len(fds) != 2 {
		return 0, syscall.EINVAL
	}
	if err := syscall.Mkdir(dir, 0o777); err != nil && err != syscall.EEXIST {
		return 0, err
	}
	null, err := syscall.Open("/dev/null", syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return 0, err
	}
	defer syscall.Close(null)
	attr := &syscall.ProcAttr{Dir: dir, Env: env, Files: []uintptr{uintptr(null), uintptr(fds[0]), uintptr(fds[1])},
		Sys: &syscall.SysProcAttr{Setpgid: true}}
	if s.config.Own {
		attr.Sys.Credential = &syscall.Credential{Uid: uint32(s.config.UID), Gid: uint32(s.config.GID)}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	pid, err := syscall.ForkExec(path, append([]string{path}, args...), attr)
	if err != nil {
		return 0, err
	}
	s.requests[pid], s.pids[request] = request, pid
	select {
	case s.started <- struct{}{}:
	default:
	}
	return pid, nil
}

// put adds to a file that the programs may change.
func put(path, part string) error {
	if err := folders(parent(path), 0o777); err != nil {
		return err
	}
	fd, err := syscall.Open(path, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_APPEND|syscall.O_NOFOLLOW|syscall.O_CLOEXEC, 0o666)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	if n, err := syscall.Write(fd, []byte(part)); err != nil || n < len(part) {
		return syscall.ENOSPC
	}
	return nil
}

// get opens a file as the programs could: without waiting, if it is a pipe, and without
// following what they have linked. The thread's user id for files (setfsuid(2)) is
// theirs meanwhile, since a file may be for nobody else.
func (s *shim) get(path string) (int, error) {
	if s.config.Own {
		syscall.Setfsuid(s.config.UID)
		defer syscall.Setfsuid(syscall.Geteuid())
	}
	return syscall.Open(path, syscall.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
}

// signal signals a program, or all of its group. One that was reaped is left alone:
// its number may belong to another.
func (s *shim) signal(request uint32, sig syscall.Signal, group bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	pid, ok := s.pids[request]
	switch {
	case !ok:
	case group:
		syscall.Kill(-pid, sig)
	default:
		syscall.Kill(pid, sig)
	}
}

// reap waits for every child, also those that were left to pid 1. What a program leaves
// in its group ends with it.
func (s *shim) reap() {
	for {
		var status syscall.WaitStatus
		// The program stays a zombie, and its number its own, until its group is dead.
		pid, err := waitable()
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil: // no child
			<-s.started
			continue
		}
		s.mu.Lock()
		request, ours := s.requests[pid]
		if ours {
			syscall.Kill(-pid, syscall.SIGKILL)
			delete(s.requests, pid)
			delete(s.pids, request)
		}
		syscall.Wait4(pid, &status, 0, nil)
		for ours { // its ports are free when its end is told
			if _, err := syscall.Wait4(-pid, nil, 0, nil); err != nil && err != syscall.EINTR {
				break
			}
		}
		s.mu.Unlock()
		if ours {
			p := NewPacket(Exited, request)
			p.Number(uint64(status))
			send(p.Data, nil)
		}
	}
}

// waitable waits until a child has ended, and leaves it as it is: waitid(P_ALL, …,
// WEXITED|WNOWAIT).
func waitable() (int, error) {
	const (
		all    = 0
		exited = 4
		noWait = 0x1000000
		pidAt  = 12 // of si_pid in siginfo_t, on 64-bit systems 16
	)
	var info [128]byte
	_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, all, 0, uintptr(unsafe.Pointer(&info)), exited|noWait, 0, 0)
	if errno != 0 {
		return 0, errno
	}
	at := pidAt
	if unsafe.Sizeof(uintptr(0)) == 8 {
		at = 16
	}
	return int(*(*int32)(unsafe.Pointer(&info[at]))), nil
}

func listen(port int) (int, error) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		return -1, err
	}
	syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	err = syscall.Bind(fd, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	if err == nil {
		err = syscall.Listen(fd, 1024)
	}
	if err != nil {
		syscall.Close(fd)
		return -1, err
	}
	return fd, nil
}
