//go:build unix

package sandbox

import (
	"context"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// doInBox is what this binary does as a program in a box, where there are boxes.
var doInBox func(what string)

// TestMain doubles as the grader whose death a test watches: it starts a process
// in a box, says its pid, and waits to be killed.
func TestMain(m *testing.M) {
	if what := os.Getenv("SANDBOX_TEST_DO"); what != "" {
		doInBox(what)
	}
	if os.Getenv("SANDBOX_TEST_GRADER") == LevelNamespaces {
		b, err := Open(Options{Level: LevelNamespaces, Visible: []string{os.Args[0]}, Scratch: os.TempDir()})
		if err != nil {
			panic(err)
		}
		p, err := b.Start(Spec{Path: os.Args[0], Env: []string{"SANDBOX_TEST_DO=sleep"}})
		if err != nil {
			panic(err)
		}
		fmt.Println("started")
		<-p.Done()
		return
	}
	if os.Getenv("SANDBOX_TEST_GRADER") != "" {
		p, err := Host(Limits{}).Start(Spec{Path: "/bin/sh", Args: []string{"-c", "echo $$; exec sleep 1000"}, Dir: os.TempDir(), Tee: os.Stdout})
		if err != nil {
			panic(err)
		}
		<-p.Done()
		return
	}
	os.Exit(m.Run())
}

func box(t *testing.T, l Limits) Box {
	t.Helper()
	b, err := Open(Options{Limits: l, Level: LevelNone})
	require.NoError(t, err)
	t.Cleanup(func() { b.Close() })
	return b
}

func sh(t *testing.T, b Box, script string) *Process {
	t.Helper()
	p, err := b.Start(Spec{Path: "/bin/sh", Args: []string{"-c", script}, Dir: t.TempDir(), Env: []string{"GIVEN=yes"}})
	require.NoError(t, err)
	return p
}

func alive(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err != nil || !strings.Contains(string(stat), ") Z ") // a zombie runs no more
}

func requireDead(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool { return !alive(pid) }, 10*time.Second, 10*time.Millisecond, "process %d lives", pid)
}

func TestExit(t *testing.T) {
	b := box(t, Limits{})
	for script, want := range map[string]Exit{
		"exit 0":        {},
		"exit 7":        {Code: 7},
		"kill -TERM $$": {Code: -1, Signal: "terminated"},
	} {
		p := sh(t, b, script)
		require.Equal(t, want, p.Exit(), script)
		require.True(t, p.Ended())
	}
	p := sh(t, b, "sleep 1000")
	p.Kill()
	require.Equal(t, Exit{Code: -1, Signal: "killed", Killed: true}, p.Exit())
	require.Contains(t, p.Exit().String(), "killed")
}

func TestOutput(t *testing.T) {
	p := sh(t, box(t, Limits{}), "echo out; echo err >&2; env; pwd")
	p.Exit()
	require.Equal(t, "err\n", p.Stderr())
	require.Contains(t, p.Stdout(), "out\n")
	require.Contains(t, p.Output(), "err\n")
	require.Contains(t, p.Output(), "GIVEN=yes")
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if name != "HOME" && name != "PATH" && name != "TMPDIR" && name != "PWD" && name != "_" && name != "SHLVL" && name != "OLDPWD" {
			require.NotContains(t, p.Output(), "\n"+name+"=", "the user's environment stays outside")
		}
	}
}

// TestFiles ensures that a process finds the files of its Spec.
func TestFiles(t *testing.T) {
	b, err := Open(Options{Level: LevelNone, Scratch: t.TempDir()})
	require.NoError(t, err)
	defer b.Close()
	p, err := b.Start(Spec{Path: "/bin/sh", Args: []string{"-c", "cat deep/a && echo changed > deep/a && cat deep/a"}, Files: map[string][]byte{"deep/a": []byte("given\n")}})
	require.NoError(t, err)
	require.Equal(t, Exit{}, p.Exit())
	require.Equal(t, "given\nchanged\n", p.Stdout())
}

func TestData(t *testing.T) {
	b, err := Open(Options{Level: LevelNone, Scratch: t.TempDir()})
	require.NoError(t, err)
	defer b.Close()
	dir, err := b.Data()
	require.NoError(t, err)
	sh(t, b, "echo kept > "+dir+"/file").Exit()
	p := sh(t, b, "cat "+dir+"/file")
	p.Exit()
	require.Equal(t, "kept\n", p.Output())
	again, err := b.Data()
	require.NoError(t, err)
	require.Equal(t, dir, again)

	kept, err := b.Kept("file", 3)
	require.NoError(t, err)
	require.Equal(t, "kep", string(kept))
	_, err = b.Kept("absent", 3)
	require.ErrorIs(t, err, fs.ErrNotExist)
	sh(t, b, "cd "+dir+" && mkfifo pipe && ln -s /etc/passwd link && mkdir folder").Exit()
	for _, name := range []string{"pipe", "link", "folder"} {
		_, err = b.Kept(name, 3)
		require.ErrorContains(t, err, "it is no regular file", name)
	}
}

// TestService ensures that a service has no rights of root, and that what it leaves in
// another group ends with it, where there are namespaces.
func TestService(t *testing.T) {
	dir, err := os.MkdirTemp("", "sandbox-test-")
	require.NoError(t, err)
	defer os.RemoveAll(dir)
	require.NoError(t, os.Chmod(dir, 0o755))
	p, err := Host(Limits{}).Start(Spec{Path: "/bin/sh", Args: []string{"-c", "id -u; setsid sleep 1000 & exec sleep 1000"}, Dir: dir, Service: true})
	require.NoError(t, err)
	uid, _, root, err := Nobody()
	require.NoError(t, err)
	if !root {
		uid = os.Getuid()
	}
	require.Eventually(t, func() bool { return p.Stdout() == fmt.Sprintln(uid) }, 10*time.Second, 5*time.Millisecond)
	if Probe().Level != LevelNamespaces {
		p.Kill()
		t.Skip("there are no namespaces here")
	}
	working := func() (n int) {
		links, _ := filepath.Glob("/proc/[0-9]*/cwd")
		for _, link := range links {
			if cwd, _ := os.Readlink(link); cwd == dir {
				n++
			}
		}
		return n
	}
	require.Eventually(t, func() bool { return working() == 2 }, 10*time.Second, 5*time.Millisecond)
	p.Kill()
	p.Exit()
	require.Eventually(t, func() bool { return working() == 0 }, 10*time.Second, 5*time.Millisecond)
}

func TestFloodIsKilled(t *testing.T) {
	p := sh(t, box(t, Limits{MaxOutput: 1 << 20, KeepOutput: 1 << 10}), "while :; do echo more and more and more; done")
	select {
	case <-p.Done():
	case <-time.After(30 * time.Second):
		t.Fatal("it prints on")
	}
	require.True(t, p.Exit().Flood)
	require.Less(t, len(p.Output()), 2<<10)
}

func TestCloseEndsDescendants(t *testing.T) {
	b := box(t, Limits{})
	dir := t.TempDir()
	p := sh(t, b, fmt.Sprintf("(trap '' TERM INT HUP; echo $BASHPID > %[1]s/x; sh -c 'echo $$ > %[1]s/pid; exec sleep 1000') & wait", dir))
	var pid int
	require.Eventually(t, func() bool {
		data, _ := os.ReadFile(filepath.Join(dir, "pid"))
		pid, _ = strconv.Atoi(strings.TrimSpace(string(data)))
		return pid > 0
	}, 10*time.Second, 5*time.Millisecond)
	require.NoError(t, b.Close())
	requireDead(t, pid)
	require.True(t, p.Ended())
	_, err := b.Start(Spec{Path: "/bin/sh", Dir: dir})
	require.ErrorIs(t, err, ErrClosed)
	_, err = b.Listen()
	require.ErrorIs(t, err, ErrClosed)
}

// TestLeftBehind: what a process leaves in its group when it exits ends too, and does
// not keep its output open.
func TestLeftBehind(t *testing.T) {
	began := time.Now()
	p := sh(t, box(t, Limits{}), "sleep 1000 & echo $!")
	p.Exit()
	require.Less(t, time.Since(began), 20*time.Second)
	pid, err := strconv.Atoi(strings.TrimSpace(p.Stdout()))
	require.NoError(t, err)
	requireDead(t, pid)
}

// TestGraderKilled: kill -9 of the grader ends what it started, which had no descriptor
// that whoever started the grader left open for it.
func TestGraderKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux tells a process that its parent is gone")
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SANDBOX_TEST_GRADER=1")
	left, err := os.Open(os.DevNull)
	require.NoError(t, err)
	defer left.Close()
	cmd.ExtraFiles = []*os.File{left} // its number 3
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	buf := make([]byte, 32)
	n, err := out.Read(buf)
	require.NoError(t, err)
	pid, err := strconv.Atoi(strings.TrimSpace(string(buf[:n])))
	require.NoError(t, err)
	require.True(t, alive(pid))
	_, err = os.Readlink(fmt.Sprintf("/proc/%d/fd/3", cmd.Process.Pid))
	require.NoError(t, err)
	_, err = os.Readlink(fmt.Sprintf("/proc/%d/fd/3", pid))
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoError(t, cmd.Process.Kill())
	cmd.Wait()
	requireDead(t, pid)
}

func TestPorts(t *testing.T) {
	b := box(t, Limits{})
	seen := map[int]bool{}
	for range 50 {
		port, err := b.Port()
		require.NoError(t, err)
		require.False(t, seen[port], "port %d was handed out twice", port)
		seen[port] = true
	}
	taken, err := b.Listen()
	require.NoError(t, err)
	_, err = net.Listen("tcp", loopback(taken))
	require.ErrorIs(t, err, syscall.EADDRINUSE)
	conn, err := b.Dial(context.Background(), taken)
	require.NoError(t, err)
	conn.Close()
	require.NoError(t, b.Close())
	l, err := net.Listen("tcp", loopback(taken))
	require.NoError(t, err, "closing the box frees its ports")
	l.Close()
}

func TestScratch(t *testing.T) {
	base := t.TempDir()
	mine, err := NewScratch(base)
	require.NoError(t, err)
	old := time.Now().Add(-time.Hour)
	left := filepath.Join(base, scratchPrefix+"left")
	require.NoError(t, os.MkdirAll(filepath.Join(left, "deep"), 0o755))
	other := filepath.Join(base, "other")
	require.NoError(t, os.Mkdir(other, 0o755))
	for _, dir := range []string{mine.Dir, left, other} {
		require.NoError(t, os.Chtimes(dir, old, old))
	}
	next, err := NewScratch(base)
	require.NoError(t, err)
	require.DirExists(t, mine.Dir, "its grader lives")
	require.DirExists(t, other, "it is none of ours")
	require.NoDirExists(t, left, "its grader is gone")
	require.NoError(t, mine.Close())
	require.NoDirExists(t, mine.Dir)
	require.NoError(t, next.Close())
	require.NoError(t, (*Scratch)(nil).Close())
	_, err = NewScratch(filepath.Join(base, "nowhere"))
	require.Error(t, err)
}
