package shim

import (
	"syscall"
	"unsafe"
)

// Numbers that package syscall does not have. The system calls have the same number on
// every architecture.
const (
	sysOpenTree     = 428
	sysMoveMount    = 429
	sysMountSetattr = 442

	openTreeClone   = 1
	moveEmptyPath   = 4 // MOVE_MOUNT_F_EMPTY_PATH
	atFDCWD         = -100
	atEmptyPath     = 0x1000
	attrReadOnly    = 1
	attrNoSuid      = 2
	attrNoDev       = 4
	prSetDumpable   = 4
	prSetSeccomp    = 22
	prCapBSetDrop   = 24
	prSetNoNewPrivs = 38
	prCapAmbient    = 47
	ambientClearAll = 4
	seccompFilter   = 2
	capVersion3     = 0x20080522
	capKill         = 5
	capSetGID       = 6
	capSetUID       = 7
	sigSetBytes     = 8
	lastSignal      = 64
	netlinkDiag     = 4 // NETLINK_SOCK_DIAG
	interfaceUp     = syscall.IFF_UP | syscall.IFF_RUNNING
)

// setUp makes the box around the shim. It returns a netlink socket that tells which
// sockets listen in the box, or the step that failed.
func (s *shim) setUp() (diag int, step string, err error) {
	syscall.Umask(0)
	diag = -1
	for _, part := range []struct {
		name string
		do   func() error
	}{
		{"make the box's own file system", s.root},
		{"bring the loopback device up", loopbackUp},
		{"open a netlink socket", func() (err error) {
			diag, err = syscall.Socket(syscall.AF_NETLINK, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, netlinkDiag)
			return err
		}},
		{"name the box", func() error { return syscall.Sethostname([]byte("box")) }},
		{"set the limits", s.limit},
		{"give up privileges", s.drop},
		{"install the system call filter", s.filter},
	} {
		if err := part.do(); err != nil {
			if at, ok := err.(*pathError); ok {
				return -1, part.name + ": " + at.path, at.err
			}
			return -1, part.name, err
		}
	}
	return diag, "", nil
}

// A pathError says which of the things that the box shall see cannot be.
type pathError struct {
	path string
	err  error
}

func (e *pathError) Error() string { return e.path + ": " + e.err.Error() }

// source is one thing that is seen in the box.
type source struct {
	path   string
	fd     int // the detached mount
	folder bool
}

// root makes a file system in memory, puts there what the box may see, and makes it
// the only one.
func (s *shim) root() error {
	if err := syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return err
	}
	// First all is opened: the new root may cover where it lies.
	var sources []source
	for _, path := range s.config.Visible {
		src, err := detach(path, attrReadOnly|attrNoSuid|attrNoDev)
		if err != nil {
			return &pathError{path, err}
		}
		sources = append(sources, src)
	}
	for _, path := range []string{"/dev/null", "/dev/urandom"} {
		src, err := detach(path, attrReadOnly|attrNoSuid)
		if err != nil {
			return &pathError{path, err}
		}
		sources = append(sources, src)
	}
	base, err := cover()
	if err != nil {
		return err
	}
	for _, src := range sources {
		if err := src.attach(base); err != nil {
			return &pathError{src.path, err}
		}
	}
	for _, dir := range []string{"/etc", "/work", "/old"} {
		if err := folders(base+dir, 0o755); err != nil {
			return err
		}
	}
	for i := 0; i+1 < len(s.config.Links); i += 2 {
		at := base + s.config.Links[i]
		if err := folders(parent(at), 0o755); err != nil {
			return err
		}
		if err := syscall.Symlink(s.config.Links[i+1], at); err != nil && err != syscall.EEXIST {
			return err
		}
	}
	for i := 0; i+1 < len(s.config.Files); i += 2 {
		at := base + s.config.Files[i]
		if err := folders(parent(at), 0o755); err != nil {
			return err
		}
		if err := write(at, s.config.Files[i+1]); err != nil {
			return err
		}
	}
	if err := write(base+"/etc/hosts", "127.0.0.1 localhost\n::1 localhost\n"); err != nil {
		return err
	}
	if err := syscall.Mount("tmpfs", base+"/work", "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, s.config.Work); err != nil {
		return err
	}
	if err := syscall.PivotRoot(base, base+"/old"); err != nil {
		return err
	}
	if err := syscall.Chdir("/"); err != nil {
		return err
	}
	if err := syscall.Unmount("/old", syscall.MNT_DETACH); err != nil {
		return err
	}
	if err := syscall.Rmdir("/old"); err != nil {
		return err
	}
	return setAttr(atFDCWD, "/", 0, attrReadOnly|attrNoSuid|attrNoDev)
}

// cover mounts the new root over a folder that every system has.
func cover() (base string, err error) {
	for _, base = range []string{"/tmp", "/run", "/mnt", "/var"} {
		if err = syscall.Mount("tmpfs", base, "tmpfs", syscall.MS_NOSUID|syscall.MS_NODEV, "size=1m,mode=755"); err == nil {
			return base, nil
		}
	}
	return "", err
}

// detach takes a copy of the mount at path, with the attributes set.
func detach(path string, attributes uint64) (source, error) {
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		return source{}, err
	}
	name, err := syscall.BytePtrFromString(path)
	if err != nil {
		return source{}, err
	}
	at := atFDCWD
	fd, _, errno := syscall.Syscall(sysOpenTree, uintptr(at), uintptr(unsafe.Pointer(name)), openTreeClone|syscall.O_CLOEXEC)
	if errno != 0 {
		return source{}, errno
	}
	return source{path: path, fd: int(fd), folder: st.Mode&syscall.S_IFMT == syscall.S_IFDIR},
		setAttr(int(fd), "", atEmptyPath, attributes)
}

// attach puts the mount at its path below base.
func (src source) attach(base string) error {
	at := base + src.path
	if err := folders(parent(at), 0o755); err != nil {
		return err
	}
	var err error
	if src.folder {
		err = folders(at, 0o755)
	} else {
		err = write(at, "")
	}
	if err != nil {
		return err
	}
	empty, _ := syscall.BytePtrFromString("")
	name, err := syscall.BytePtrFromString(at)
	if err != nil {
		return err
	}
	cwd := atFDCWD
	_, _, errno := syscall.Syscall6(sysMoveMount, uintptr(src.fd), uintptr(unsafe.Pointer(empty)), uintptr(cwd), uintptr(unsafe.Pointer(name)), moveEmptyPath, 0)
	syscall.Close(src.fd)
	if errno != 0 {
		return errno
	}
	return nil
}

// setAttr adds attributes to a mount: mount_setattr(2), which unlike a remount leaves
// alone those that a user namespace may not take away.
func setAttr(fd int, path string, flags uintptr, attributes uint64) error {
	name, err := syscall.BytePtrFromString(path)
	if err != nil {
		return err
	}
	attr := struct{ set, clear, propagation, userns uint64 }{set: attributes}
	_, _, errno := syscall.Syscall6(sysMountSetattr, uintptr(fd), uintptr(unsafe.Pointer(name)), flags,
		uintptr(unsafe.Pointer(&attr)), unsafe.Sizeof(attr), 0)
	if errno != 0 {
		return errno
	}
	return nil
}

// folders makes a folder and those above it.
func folders(path string, mode uint32) error {
	for i := 1; i <= len(path); i++ {
		if i < len(path) && path[i] != '/' {
			continue
		}
		if err := syscall.Mkdir(path[:i], mode); err != nil && err != syscall.EEXIST {
			return err
		}
	}
	return nil
}

func parent(path string) string {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '/' {
			return path[:i]
		}
	}
	return "/"
}

func write(path, text string) error {
	fd, err := syscall.Open(path, syscall.O_WRONLY|syscall.O_CREAT|syscall.O_CLOEXEC, 0o444)
	if err != nil {
		return err
	}
	_, err = syscall.Write(fd, []byte(text))
	syscall.Close(fd)
	return err
}

// loopbackUp sets IFF_UP on lo: struct ifreq is a name of 16 bytes and the flags.
func loopbackUp() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	var request struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:], "lo")
	request.flags = interfaceUp
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request))); errno != 0 {
		return errno
	}
	return nil
}

func (s *shim) limit() error {
	for i := 0; i+2 < len(s.config.Rlimits); i += 3 {
		l := syscall.Rlimit{Cur: s.config.Rlimits[i+1], Max: s.config.Rlimits[i+2]}
		if err := syscall.Setrlimit(int(s.config.Rlimits[i]), &l); err != nil {
			return err
		}
	}
	return nil
}

// drop gives up every capability that starting programs does not need, and lets nobody
// in the box look into, or signal, the shim.
func (s *shim) drop() error {
	for capability := uintptr(0); capability < 64; capability++ {
		if _, _, errno := syscall.Syscall(syscall.SYS_PRCTL, prCapBSetDrop, capability, 0); errno == syscall.EINVAL {
			break // there is no such capability
		} else if errno != 0 {
			return errno
		}
	}
	syscall.Syscall6(syscall.SYS_PRCTL, prCapAmbient, ambientClearAll, 0, 0, 0, 0)
	header := struct {
		version uint32
		pid     int32
	}{version: capVersion3}
	var keep uint32
	if s.config.Own {
		keep = 1<<capKill | 1<<capSetGID | 1<<capSetUID
	}
	data := [2]struct{ effective, permitted, inheritable uint32 }{{keep, keep, 0}, {}}
	if _, _, errno := syscall.Syscall(syscall.SYS_CAPSET, uintptr(unsafe.Pointer(&header)), uintptr(unsafe.Pointer(&data)), 0); errno != 0 {
		return errno
	}
	if _, _, errno := syscall.Syscall(syscall.SYS_PRCTL, prSetDumpable, 0, 0); errno != 0 {
		return errno
	}
	if _, _, errno := syscall.Syscall6(syscall.SYS_PRCTL, prSetNoNewPrivs, 1, 0, 0, 0, 0); errno != 0 {
		return errno
	}
	// From inside its namespace pid 1 gets no signal that it has no handler for, and Go
	// has one for each: all lose theirs but the one that its scheduler uses.
	for sig := uintptr(1); sig <= lastSignal; sig++ {
		if syscall.Signal(sig) == syscall.SIGURG {
			continue
		}
		var byDefault [32]byte // struct sigaction of the kernel: SIG_DFL, no flags, no mask
		syscall.Syscall6(syscall.SYS_RT_SIGACTION, sig, uintptr(unsafe.Pointer(&byDefault)), 0, sigSetBytes, 0, 0)
	}
	return nil
}

// filter installs the seccomp program: struct sock_fprog is a length and a pointer.
func (s *shim) filter() error {
	program := struct {
		length uint16
		filter *byte
	}{uint16(len(s.config.Filter) / 8), unsafe.SliceData(s.config.Filter)}
	if program.length == 0 {
		return syscall.EINVAL
	}
	if _, _, errno := syscall.Syscall(syscall.SYS_PRCTL, prSetSeccomp, seccompFilter, uintptr(unsafe.Pointer(&program))); errno != 0 {
		return errno
	}
	return nil
}
