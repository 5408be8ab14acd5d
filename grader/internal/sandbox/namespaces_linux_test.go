//go:build linux && (amd64 || arm64)

package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func init() { doInBox = inBox }

// inBox is what this test binary does when it is a program in a box: SANDBOX_TEST_DO
// names it.
func inBox(do string) {
	word, rest, _ := strings.Cut(do, " ")
	number, _ := strconv.Atoi(rest)
	switch word {
	case "exit":
		os.Exit(number)
	case "signal":
		syscall.Kill(os.Getpid(), syscall.Signal(number))
		select {}
	case "print":
		fmt.Println("out")
		fmt.Fprintln(os.Stderr, "err")
		fmt.Println(strings.Join(os.Environ(), "\n"))
		dir, _ := os.Getwd()
		fmt.Println("in", dir, "as", os.Getuid(), "pid", os.Getpid())
	case "files": // those of its folder, which it changes; and itself
		filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
			if d.IsDir() {
				return err
			}
			data, _ := os.ReadFile(path)
			fmt.Println(path, len(data), os.WriteFile(path, nil, 0o600), os.WriteFile(filepath.Dir(path)+"/new", nil, 0o600))
			return nil
		})
		fmt.Println(os.Executable())
	case "tree":
		filepath.WalkDir("/", func(path string, d os.DirEntry, err error) error {
			if strings.HasPrefix(path, "/usr/") && strings.Count(path, "/") > 2 {
				return filepath.SkipDir
			}
			fmt.Println(path)
			return nil
		})
	case "listen":
		l, err := net.Listen("tcp", "127.0.0.1:"+rest)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(conn, "from "+rest)
			conn.Close()
		}
	case "dial":
		conn, err := net.Dial("tcp", rest)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		text, _ := io.ReadAll(conn)
		fmt.Printf("%s", text)
	case "leave": // a child of its own group, one of another, and exit
		for _, other := range []bool{false, true} {
			cmd := exec.Command(os.Args[0])
			cmd.Env = []string{"SANDBOX_TEST_DO=sleep"}
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: other}
			if err := cmd.Start(); err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
			fmt.Println(cmd.Process.Pid)
		}
	case "alive": // which of these live
		for _, word := range strings.Fields(rest) {
			pid, _ := strconv.Atoi(word)
			fmt.Println(pid, syscall.Kill(pid, 0) == nil)
		}
	case "sleep":
		time.Sleep(time.Hour)
	case "memory":
		for {
			b, err := unix.Mmap(-1, 0, 8<<20, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
			if err != nil {
				fmt.Println(err)
				os.Exit(1)
			}
			for i := 0; i < len(b); i += 4096 {
				b[i] = 1
			}
			time.Sleep(time.Duration(number) * time.Millisecond)
		}
	case "swarm":
		for {
			os.StartProcess(os.Args[0], nil, &os.ProcAttr{Env: []string{"SANDBOX_TEST_DO=sleep"}})
		}
	case "sockets": // each holds what the other does not receive
		for range 6 { // processes, each with descriptors of its own
			cmd := exec.Command(os.Args[0])
			cmd.Env = []string{"SANDBOX_TEST_DO=pairs"}
			cmd.Start()
		}
		select {}
	case "pairs":
		for {
			pair, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_NONBLOCK, 0)
			if err != nil {
				select {}
			}
			for ; err == nil; _, err = unix.Write(pair[0], make([]byte, 64<<10)) {
			}
		}
	case "keep":
		if err := os.WriteFile(rest, []byte("kept"), 0o600); err != nil {
			fmt.Println(err)
		}
	case "odd": // files that are none
		for _, err := range []error{
			syscall.Mkfifo(rest+"/pipe", 0o666), os.Symlink(os.Args[0], rest+"/link"), os.Mkdir(rest+"/folder", 0o777),
		} {
			if err != nil {
				fmt.Println(err)
			}
		}
	case "show":
		text, err := os.ReadFile(rest)
		fmt.Print(string(text), err)
	case "fill":
		var err error
		for i := 0; err == nil; i++ {
			err = os.WriteFile(strconv.Itoa(i), make([]byte, 8<<20), 0o600)
		}
		fmt.Println(errors.Is(err, syscall.ENOSPC))
	case "kill":
		for _, pid := range []int{-1, 1} { // everybody, and the shim
			for sig := 1; sig < 65; sig++ {
				syscall.Kill(pid, syscall.Signal(sig))
			}
		}
		fmt.Println("I live")
	case "calls":
		for name, call := range map[string]func() error{
			"unshare": func() error { return unix.Unshare(unix.CLONE_NEWUSER) },
			"ptrace":  func() error { return unix.PtraceAttach(1) },
			"mount":   func() error { return unix.Mount("tmpfs", "/work", "tmpfs", 0, "") },
			"memfd":   func() error { _, err := unix.MemfdCreate("x", 0); return err },
			"netlink": func() error { _, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW, 0); return err },
			"vsock":   func() error { _, err := unix.Socket(unix.AF_VSOCK, unix.SOCK_STREAM, 0); return err },
			"raw":     func() error { _, err := unix.Socket(unix.AF_INET, unix.SOCK_RAW, 1); return err },
			"keyctl":  func() error { _, err := unix.KeyctlGetKeyringID(unix.KEY_SPEC_SESSION_KEYRING, true); return err },
			"setuid":  func() error { return syscall.Setuid(0) },
			"write /": func() error { return os.WriteFile("/x", nil, 0o600) },
			"own exe": func() error { return os.WriteFile(os.Args[0], nil, 0o700) },
			"chroot":  func() error { return unix.Chroot("/work") },
			"clone": func() error {
				cmd := exec.Command(os.Args[0])
				cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: unix.CLONE_NEWPID}
				return cmd.Run()
			},
		} {
			fmt.Printf("%s: %v\n", name, call())
		}
	}
	os.Exit(0)
}

// needNamespaces skips where there are none; CI has them.
func needNamespaces(t testing.TB) {
	if raceDetector {
		t.Skip("pid 1 of a box is this binary, and its race detector takes more memory than a box has")
	}
	if best := Probe(); best.Level != LevelNamespaces {
		if os.Getenv("CI") != "" {
			t.Fatal("no namespaces: ", best.Why, " ", best.Raise)
		}
		t.Skip("no namespaces: ", best.Why, " ", best.Raise)
	}
}

// self is the test binary, where everybody may read it.
func self(t testing.TB) string {
	t.Helper()
	path, err := os.Executable()
	require.NoError(t, err)
	return path
}

func openBox(t testing.TB, change ...func(*Options)) Box {
	t.Helper()
	needNamespaces(t)
	o := Options{Level: LevelNamespaces, Visible: []string{self(t)}, Scratch: t.TempDir()}
	for _, f := range change {
		f(&o)
	}
	b, err := Open(o)
	require.NoError(t, err)
	t.Cleanup(func() { b.Close() })
	return b
}

func do(t testing.TB, b Box, what string, env ...string) *Process {
	t.Helper()
	p, err := b.Start(Spec{Path: self(t), Env: append(env, "SANDBOX_TEST_DO="+what)})
	require.NoError(t, err)
	return p
}

func TestBoxExit(t *testing.T) {
	t.Parallel()
	b := openBox(t)
	require.Equal(t, LevelNamespaces, b.Level())
	for what, want := range map[string]Exit{
		"exit 0":    {},
		"exit 7":    {Code: 7},
		"signal 15": {Code: -1, Signal: "terminated"},
		"signal 9":  {Code: -1, Signal: "killed"},
	} {
		p := do(t, b, what)
		require.Equal(t, want, p.Exit(), what)
		require.True(t, p.Ended())
		require.ErrorIs(t, p.Signal(syscall.SIGTERM), os.ErrProcessDone)
	}
	p := do(t, b, "sleep")
	require.NoError(t, p.Signal(syscall.SIGTERM))
	require.Equal(t, Exit{Code: -1, Signal: "terminated"}, p.Exit())
	p = do(t, b, "sleep")
	p.Kill()
	require.Equal(t, Exit{Code: -1, Signal: "killed", Killed: true}, p.Exit())
	_, err := b.Start(Spec{Path: "/no/such"})
	require.ErrorIs(t, err, syscall.ENOENT)
	_, err = b.Start(Spec{Path: self(t), Env: []string{"X=" + strings.Repeat("x", 200<<10)}})
	require.ErrorIs(t, err, syscall.E2BIG)
}

// TestBoxOutput ensures that a program is told what its Spec says and nothing of the
// grader's, and has an empty folder of its own.
func TestBoxOutput(t *testing.T) {
	t.Parallel()
	b := openBox(t)
	p := do(t, b, "print", "GIVEN=no", "GIVEN=yes")
	require.Equal(t, Exit{}, p.Exit())
	require.Equal(t, "err\n", p.Stderr())
	require.Regexp(t, "^out\nHOME=/work/[0-9a-f]{16}\nTMPDIR=/work/[0-9a-f]{16}\nPATH=/usr/bin:/bin\nGOTRACEBACK=single\nGIVEN=yes\nSANDBOX_TEST_DO=print\n"+
		"in /work/[0-9a-f]{16} as 1000 pid [0-9]\n$", p.Stdout())
	again := do(t, b, "print")
	again.Exit()
	require.NotEqual(t, p.Stdout(), again.Stdout(), "each has a folder of its own")
}

// TestBoxSees ensures that a program sees the files that were named, read-only, and a
// handful that the box makes.
func TestBoxSees(t *testing.T) {
	t.Parallel()
	given := filepath.Join(t.TempDir(), "given")
	require.NoError(t, os.MkdirAll(filepath.Join(given, "deep"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(given, "deep", "file"), []byte("x"), 0o644))
	b := openBox(t, func(o *Options) { o.Visible = append(o.Visible, given) })
	p := do(t, b, "tree")
	require.Equal(t, Exit{}, p.Exit())
	var folders []string // that lead to what may be seen
	for _, path := range []string{self(t), given} {
		for dir := filepath.Dir(path); dir != "/"; dir = filepath.Dir(dir) {
			folders = append(folders, dir)
		}
	}
	for _, path := range strings.Fields(p.Stdout()) {
		known := slices.Contains([]string{"/", "/dev", "/dev/null", "/dev/urandom", "/etc", "/etc/hosts", "/work", "/usr", "/usr/share", "/usr/lib", "/usr/lib64",
			"/lib", "/lib64", self(t)}, path) || strings.HasPrefix(path, given) || filepath.Dir(path) == "/work" || slices.Contains(folders, path)
		require.True(t, known, "it sees %s", path)
	}
	require.Contains(t, p.Stdout(), given+"/deep/file\n")
	require.NotContains(t, p.Stdout(), "/proc")
}

// TestBoxFiles ensures that a program finds the files of its Spec, and itself.
func TestBoxFiles(t *testing.T) {
	t.Parallel()
	b := openBox(t, func(o *Options) { o.Self = self(t) })
	p, err := b.Start(Spec{Path: self(t), Env: []string{"SANDBOX_TEST_DO=files"}, Files: map[string][]byte{
		"a": nil, "long/er/b": bytes.Repeat([]byte("b"), 300<<10), "long/c": []byte("c")}})
	require.NoError(t, err)
	require.Equal(t, Exit{}, p.Exit())
	require.Equal(t, "a 0 <nil> <nil>\nlong/c 1 <nil> <nil>\nlong/er/b 307200 <nil> <nil>\n"+self(t)+" <nil>\n", p.Stdout())
	_, err = b.Start(Spec{Path: self(t), Files: map[string][]byte{"big": make([]byte, 40<<20)}})
	require.ErrorContains(t, err, "put a file into the working folder")
}

// TestBoxPorts ensures that boxes have ports of their own, which the grader reaches in
// both directions and nobody else does.
func TestBoxPorts(t *testing.T) {
	t.Parallel()
	outside, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer outside.Close()
	for range 2 { // the same port in each
		b := openBox(t)
		p := do(t, b, "listen 8080")
		var conn net.Conn
		require.Eventually(t, func() bool {
			conn, err = b.Dial(t.Context(), 8080)
			return err == nil
		}, 30*time.Second, 2*time.Millisecond, p.Output())
		text, err := io.ReadAll(conn)
		require.NoError(t, err)
		require.Equal(t, "from 8080", string(text))
		conn.Close()
		require.Equal(t, []int{8080}, p.Ports())
		_, err = b.Dial(t.Context(), 8081)
		require.ErrorIs(t, err, syscall.ECONNREFUSED)

		l, err := b.Listener(0)
		require.NoError(t, err)
		go func() {
			conn, err := l.Accept()
			if err == nil {
				io.WriteString(conn, "from outside")
				conn.Close()
			}
		}()
		in := do(t, b, "dial "+l.Addr().String())
		require.Equal(t, Exit{}, in.Exit(), in.Output())
		require.Equal(t, "from outside", in.Stdout())

		in = do(t, b, "dial "+outside.Addr().String())
		require.Equal(t, 1, in.Exit().Code)
		require.Contains(t, in.Output(), "connection refused", "the machine's own ports are elsewhere")
		in = do(t, b, "dial 192.0.2.1:80")
		require.Equal(t, 1, in.Exit().Code)
		require.Contains(t, in.Output(), "network is unreachable")

		taken, err := b.Listen()
		require.NoError(t, err)
		in = do(t, b, "listen "+strconv.Itoa(taken))
		require.Equal(t, 1, in.Exit().Code)
		require.Contains(t, in.Output(), "address already in use")
	}
}

// TestBoxDialWaits ensures that a connection which nobody accepts ends with its context.
func TestBoxDialWaits(t *testing.T) {
	t.Parallel()
	b := openBox(t)
	l, err := b.Listener(0)
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	for { // until the queue of those that wait to be accepted is full
		conn, err := b.Dial(ctx, port)
		if err != nil {
			require.ErrorIs(t, err, context.DeadlineExceeded)
			return
		}
		defer conn.Close()
	}
}

// TestBoxLeftBehind ensures that what a program leaves in its group ends with it, and
// all else with the box.
func TestBoxLeftBehind(t *testing.T) {
	t.Parallel()
	b := openBox(t).(*space)
	p := do(t, b, "leave")
	require.Equal(t, Exit{}, p.Exit(), p.Output())
	pids := strings.Fields(p.Stdout())
	require.Len(t, pids, 2)
	in := do(t, b, "alive "+strings.Join(pids, " "))
	in.Exit()
	require.Equal(t, pids[0]+" false\n"+pids[1]+" true\n", in.Stdout())
	outside := family(nil, b.shim.Process.Pid, 10_000)
	require.Len(t, outside, 2)
	require.NoError(t, b.Close())
	for _, pid := range outside {
		requireDead(t, pid)
	}
	_, err := b.Start(Spec{Path: self(t)})
	require.ErrorIs(t, err, ErrClosed)
	_, err = b.Listen()
	require.ErrorIs(t, err, ErrClosed)
	_, err = b.Dial(t.Context(), 1)
	require.ErrorIs(t, err, ErrClosed)
}

// TestBoxGraderKilled ensures that kill -9 of the grader ends its boxes.
func TestBoxGraderKilled(t *testing.T) {
	t.Parallel()
	needNamespaces(t)
	cmd := exec.Command(self(t))
	cmd.Env = append(os.Environ(), "SANDBOX_TEST_GRADER="+LevelNamespaces)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	buf := make([]byte, 32)
	_, err = out.Read(buf)
	require.NoError(t, err)
	below := family(nil, cmd.Process.Pid, 10_000)
	require.Len(t, below, 3, "grader, shim and program")
	require.NoError(t, cmd.Process.Kill())
	cmd.Wait()
	for _, pid := range below[1:] {
		requireDead(t, pid)
	}
}

// TestBoxLimits ensures that a program which takes too much ends, or is told so, and
// that the machine is none the worse.
func TestBoxLimits(t *testing.T) {
	t.Parallel()
	b := openBox(t)
	fill := do(t, b, "fill")
	require.Equal(t, Exit{}, fill.Exit(), fill.Output())
	require.Equal(t, "true\n", fill.Stdout(), "the disk of the box is full")

	hog := do(t, openBox(t), "memory 0")
	require.NotZero(t, hog.Exit().Code)
	require.Regexp(t, `cannot allocate memory|^$`, hog.Output())

	b = openBox(t)
	slow := []*Process{do(t, b, "memory 5"), do(t, b, "memory 5")} // each alone stays below its own limit
	for _, p := range slow {
		exit := p.Exit()
		require.True(t, exit.Hog, "%s: %s", exit, p.Output())
		require.Equal(t, "was stopped: it took too much memory", exit.String())
	}
}

// TestBoxSwarm ensures that processes without end are ended before they take the machine.
func TestBoxSwarm(t *testing.T) {
	t.Parallel()
	p := do(t, openBox(t), "swarm")
	exit := p.Exit() // it may also fail to start one more thread of its own
	require.True(t, exit.Swarm || strings.Contains(p.Output(), "pthread_create failed") || strings.Contains(p.Output(), "newosproc"), "%s: %s", exit, p.Output())
}

// TestBoxSockets ensures that memory which the kernel holds for sockets counts too.
func TestBoxSockets(t *testing.T) {
	t.Parallel()
	p := do(t, openBox(t), "sockets")
	require.True(t, p.Exit().Hog, "%s: %s", p.Exit(), p.Output())
}

// TestBoxDenies ensures that what reaches for the kernel or for other processes fails.
func TestBoxDenies(t *testing.T) {
	t.Parallel()
	b := openBox(t)
	p := do(t, b, "calls")
	require.Equal(t, Exit{}, p.Exit(), p.Output())
	lines := strings.Split(strings.TrimSpace(p.Stdout()), "\n")
	require.Len(t, lines, 13)
	for _, line := range lines {
		require.Regexp(t, `not permitted|permission denied|not supported|read-only file system|text file busy|invalid argument`, line)
	}
	p = do(t, b, "kill")
	require.Equal(t, Exit{}, p.Exit())
	require.Equal(t, "I live\n", p.Stdout())
	p = do(t, b, "exit 3")
	require.Equal(t, 3, p.Exit().Code, "the box lives too")
}

// TestBoxLeaves ensures that boxes leave no descriptor, goroutine or process behind.
func TestBoxLeaves(t *testing.T) {
	needNamespaces(t)
	count := func() (fds, routines, processes int) {
		entries, err := os.ReadDir("/proc/self/fd")
		require.NoError(t, err)
		return len(entries), runtime.NumGoroutine(), len(family(nil, os.Getpid(), 10_000))
	}
	round := func() {
		b, err := Open(Options{Visible: []string{self(t)}, Scratch: t.TempDir()})
		require.NoError(t, err)
		_, err = b.Listen()
		require.NoError(t, err)
		do(t, b, "exit 0").Exit()
		do(t, b, "sleep")
		require.NoError(t, b.Close())
		require.NoError(t, b.Close(), "again")
	}
	round()
	fds, routines, processes := count()
	for range 30 {
		round()
	}
	var f, r, p int
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if f, r, p = count(); f <= fds && r <= routines && p <= processes {
			return
		}
	}
	t.Errorf("%d descriptors, %d goroutines, %d processes; there were %d, %d and %d", f, r, p, fds, routines, processes)
}

// TestBoxData ensures that the programs of a box share a folder, and those of another
// box do not.
func TestBoxData(t *testing.T) {
	t.Parallel()
	b, other := openBox(t), openBox(t)
	dir, err := b.Data()
	require.NoError(t, err)
	p := do(t, b, "keep "+dir+"/file")
	require.Equal(t, Exit{}, p.Exit())
	require.Empty(t, p.Output())
	p = do(t, b, "show "+dir+"/file")
	p.Exit()
	require.Equal(t, "kept<nil>", p.Output())
	kept, err := b.Kept("file", 3)
	require.NoError(t, err)
	require.Equal(t, "kep", string(kept))
	_, err = b.Kept("absent", 3)
	require.ErrorIs(t, err, fs.ErrNotExist)
	p = do(t, b, "odd "+dir)
	p.Exit()
	require.Empty(t, p.Output())
	for name, want := range map[string]string{"pipe": "it is no regular file", "link": "too many levels of symbolic links", "folder": "it is no regular file"} {
		_, err = b.Kept(name, 3)
		require.ErrorContains(t, err, want, name)
	}
	dir, err = other.Data()
	require.NoError(t, err)
	p = do(t, other, "show "+dir+"/file")
	p.Exit()
	require.Contains(t, p.Output(), "no such file")
}

// TestBoxUnprivileged runs the tests of this file once more as a user without rights,
// when they run as root.
func TestBoxUnprivileged(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("it is one already")
	}
	needNamespaces(t)
	dir, err := os.MkdirTemp("", "sandbox-test-")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	require.NoError(t, os.Chmod(dir, 0o777))
	binary, err := os.ReadFile(self(t))
	require.NoError(t, err)
	copied := filepath.Join(dir, "sandbox.test")
	require.NoError(t, os.WriteFile(copied, binary, 0o755))
	cmd := exec.Command(copied, "-test.run", "^TestBox", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TMPDIR="+dir, "HOME="+dir)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 61234, Gid: 61234}}
	out, err := cmd.CombinedOutput()
	if strings.Contains(string(out), "no namespaces") { // only root may make them here
		t.Skip(string(out))
	}
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: TestBoxDenies")
}

// TestBusyProgram ensures that a program whose file is still open for writing, as one
// that is being started elsewhere holds it for a moment, is started all the same.
func TestBusyProgram(t *testing.T) {
	for _, level := range []string{LevelNone, LevelNamespaces} {
		t.Run(level, func(t *testing.T) {
			if level == LevelNamespaces {
				needNamespaces(t)
			}
			path := filepath.Join(t.TempDir(), "program")
			data, err := os.ReadFile(self(t))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(path, data, 0o755))
			b, err := Open(Options{Level: level, Visible: []string{path}, Scratch: t.TempDir()})
			require.NoError(t, err)
			defer b.Close()
			held, err := os.OpenFile(path, os.O_WRONLY, 0)
			require.NoError(t, err)
			began := time.Now()
			time.AfterFunc(50*time.Millisecond, func() { held.Close() })
			p, err := b.Start(Spec{Path: path, Env: []string{"SANDBOX_TEST_DO=exit 7"}})
			require.NoError(t, err)
			require.Equal(t, Exit{Code: 7}, p.Exit())
			require.Greater(t, time.Since(began), 40*time.Millisecond, "it was not busy")
		})
	}
}

// BenchmarkBox measures what a box costs beyond the start of its program: the ratio of
// both is in the output.
func BenchmarkBox(b *testing.B) {
	needNamespaces(b)
	run := func(b *testing.B, level string) time.Duration {
		began := time.Now()
		for b.Loop() {
			box, err := Open(Options{Level: level, Visible: []string{self(b)}, Scratch: b.TempDir()})
			require.NoError(b, err)
			require.Equal(b, Exit{}, do(b, box, "exit 0").Exit())
			box.Close()
		}
		return time.Since(began) / time.Duration(b.N)
	}
	for _, level := range []string{LevelNone, LevelNamespaces} {
		b.Run(level, func(b *testing.B) { run(b, level) })
	}
}
