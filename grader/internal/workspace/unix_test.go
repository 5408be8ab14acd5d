//go:build !windows

package workspace

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Ensure that a FIFO neither blocks nor is read, and that a reset takes one out
// of the way.
func TestFIFO(t *testing.T) {
	w, c := fresh(t)
	dir := filepath.Join(w.Root, "phases/01-hello")
	remove(t, filepath.Join(dir, "app.go"))
	for _, name := range []string{"app.go", "pipe"} {
		if err := syscall.Mkfifo(filepath.Join(dir, name), 0o666); err != nil {
			t.Skipf("mkfifo: %v", err)
		}
	}
	src, err := w.ReadPhase(c.Phases[0])
	if err != nil || len(src.Files) != 2 || len(src.Notes) != 2 || !strings.Contains(src.Notes[0], "app.go: not a regular file") {
		t.Errorf("%d files, %v, notes %q", len(src.Files), err, src.Notes)
	}
	got, err := w.Reset(t.Context(), c.Phases[0], "", noon)
	if err != nil {
		t.Fatal(err)
	}
	sameTree(t, tree(t, dir), starter)
	pipe := os.ModeNamedPipe.String()
	sameTree(t, tree(t, got.Backup), map[string]string{"main.go": "package main\n", "data/x.json": "{}\n", "app.go": pipe, "pipe": pipe})
}

// Ensure that names which are no UTF-8 are skipped and shown harmlessly.
func TestBadName(t *testing.T) {
	w, c := fresh(t)
	name := filepath.Join(w.Root, "phases/01-hello", "bad\xff.go")
	if err := os.WriteFile(name, nil, 0o666); err != nil {
		t.Skipf("the file system refuses the name: %v", err)
	}
	src, err := w.ReadPhase(c.Phases[0])
	if err != nil || len(src.Files) != 3 || len(src.Notes) != 1 || !strings.Contains(src.Notes[0], `bad\xff.go": its name is not valid UTF-8`) {
		t.Errorf("%d files, %v, notes %q", len(src.Files), err, src.Notes)
	}
}

// Ensure that an unreadable file which a reset replaces is in the backup.
func TestResetUnreadable(t *testing.T) {
	needsPermissions(t)
	w, c := fresh(t)
	dir := filepath.Join(w.Root, "phases/01-hello")
	write(t, "mine", dir, "app.go")
	if err := os.Chmod(filepath.Join(dir, "app.go"), 0); err != nil {
		t.Fatal(err)
	}
	got, err := w.Reset(t.Context(), c.Phases[0], "", noon)
	if err != nil {
		t.Fatal(err)
	}
	saved := filepath.Join(got.Backup, "app.go")
	if err := os.Chmod(saved, 0o666); err != nil {
		t.Fatal(err)
	}
	if data, err := os.ReadFile(saved); err != nil || string(data) != "mine" {
		t.Errorf("the backup holds %q, %v", data, err)
	}
	sameTree(t, tree(t, dir), starter)
}

// The test binary started again with childEnv set resets phase 01 of that
// workspace.
const childEnv = "WORKSPACE_TEST_CHILD"

func TestMain(m *testing.M) {
	root := os.Getenv(childEnv)
	if root == "" {
		os.Exit(m.Run())
	}
	w, err := Find(root)
	if err == nil {
		fmt.Println("ready")
		_, err = w.Reset(context.Background(), course().Phases[0], "", time.Now())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Ensure that a reset killed at any moment loses nothing: each of the learner's
// files is where it was or in a finished backup, and the next reset works.
func TestResetKilled(t *testing.T) {
	whole, _ := killReset(t, false, time.Hour)
	stages := map[string]int{}
	for i := range *kills {
		delay := rand.N(whole * 5 / 4)
		changing := i%2 == 1 // begins with the backup's end, and is short
		if changing {
			delay = rand.N(whole / 20)
		}
		_, stage := killReset(t, changing, delay)
		stages[stage]++
	}
	t.Logf("a reset takes %v; killed %v", whole, stages)
}

var kills = flag.Int("kills", 20, "how many times TestResetKilled kills a reset")

// killReset resets a phase of many changes in another process, kills that the
// delay after its start, or after its backup is there, and checks what it left.
// It returns how long the process ran and how far it had come.
func killReset(t *testing.T, changing bool, delay time.Duration) (took time.Duration, stage string) {
	t.Helper()
	w, c := fresh(t)
	dir := filepath.Join(w.Root, "phases/01-hello")
	mine := map[string]string{"prog": "\x00" + strings.Repeat("b", maxFileSize+1), "app.go": "mine", "go.mod": "module x\n"}
	for i := range 8 {
		mine[fmt.Sprintf("extra%d.go", i)] = fmt.Sprintf("package x%d\n", i)
	}
	for name, data := range mine {
		write(t, data, dir, name)
	}
	start, finished := runReset(t, w.Root, changing, delay)
	took = time.Since(start)
	where := map[string]string{}
	backups := backupsIn(w.Root)
	for _, place := range append(backups, dir) {
		for name, data := range tree(t, place) {
			if want, ok := mine[name]; ok && data == want {
				where[name] = data
			}
		}
	}
	sameTree(t, where, mine)
	if _, err := w.Reset(t.Context(), c.Phases[0], "", noon); err != nil {
		t.Fatalf("the next reset: %v", err)
	}
	sameTree(t, tree(t, dir), starter)
	switch {
	case finished:
		return took, "after the end"
	case len(backups) > 0:
		return took, "after the backup"
	default:
		return took, "before the backup"
	}
}

func backupsIn(root string) []string {
	backups, _ := filepath.Glob(filepath.Join(root, Dir, "backup", "01-*"))
	return backups
}

// runReset starts the child and kills it the delay after it began its reset, or
// after its backup was finished.
func runReset(t *testing.T, root string, changing bool, delay time.Duration) (start time.Time, finished bool) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"="+root, "GORACE=atexit_sleep_ms=0")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(line, err)
	}
	start = time.Now()
	for changing && len(backupsIn(root)) == 0 && time.Since(start) < time.Minute {
		time.Sleep(100 * time.Microsecond)
	}
	kill := time.AfterFunc(delay, func() { _ = cmd.Process.Kill() })
	defer kill.Stop()
	return start, cmd.Wait() == nil
}
