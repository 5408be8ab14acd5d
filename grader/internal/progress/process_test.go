package progress

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"echofromzero/grader/internal/catalog"
)

var kills = flag.Int("kills", 50, "how many times TestKill kills a writer")

// The test binary started again with childEnv set is another grader.
const childEnv = "PROGRESS_TEST_CHILD"

func TestMain(m *testing.M) {
	kind, root, _ := strings.Cut(os.Getenv(childEnv), ":")
	var err error
	switch kind {
	case "":
		os.Exit(m.Run())
	case "count":
		err = childCount(root)
	case "pass":
		err = childPass(root)
	case "hold":
		err = childHold(root)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

const updates = 200

// childCount counts up, as TestTwoProcesses wants it.
func childCount(root string) error {
	s, err := Open(root, time.Now)
	if err != nil {
		return err
	}
	s.wait = time.Minute // a loaded machine is no failure here
	for range updates {
		err := s.Update(context.Background(), func(st *State) error {
			e := st.Exercises["1.1"]
			e.Attempts++
			st.Exercises["1.1"] = e
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// childPass records passes for ever and acknowledges each on a line of its own.
func childPass(root string) error {
	s, err := Open(root, time.Now)
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		id := fmt.Sprintf("1.%d", i%5+1)
		err := s.Update(context.Background(), func(st *State) error {
			attempts := st.Exercises[id].Attempts + 1
			green, err := s.SaveGreen("01", catalog.Files{"main.go": fmt.Appendf(nil, "// %s %d\n", id, attempts)})
			if err != nil {
				return err
			}
			st.Record(id, Attempt{Status: "pass", Points: 10, Green: green}, time.Now())
			return nil
		})
		if err != nil {
			return err
		}
		st, err := s.Read()
		if err != nil {
			return err
		}
		fmt.Printf("%s %d\n", id, st.Exercises[id].Attempts)
	}
}

// childHold takes the lock, says so and keeps it.
func childHold(root string) error {
	s, err := Open(root, time.Now)
	if err != nil {
		return err
	}
	return s.Update(context.Background(), func(*State) error {
		fmt.Println("held")
		time.Sleep(time.Minute)
		return nil
	})
}

func child(t *testing.T, kind, root string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), childEnv+"="+kind+":"+root, "GORACE=atexit_sleep_ms=0")
	return cmd
}

// Ensure that of two processes updating at once none loses a write.
func TestTwoProcesses(t *testing.T) {
	root := t.TempDir()
	var wg sync.WaitGroup
	for range 2 {
		cmd := child(t, "count", root)
		wg.Go(func() {
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
	wg.Wait()
	if n := read(t, open(t, root)).Exercises["1.1"].Attempts; n != 2*updates {
		t.Errorf("%d updates kept, want %d", n, 2*updates)
	}
}

// Ensure that a writer killed at any moment leaves a file that can be read and
// holds every pass it had acknowledged, with its snapshot.
func TestKill(t *testing.T) {
	root := t.TempDir()
	s := open(t, root)
	acked := map[string]int{}
	for range *kills {
		killWriter(t, root, acked)
		st := read(t, s)
		if n := s.Notices(); len(n) > 0 {
			t.Fatalf("notices after a kill: %q", n)
		}
		for id, n := range acked {
			e := st.Exercises[id]
			if e.Attempts < n || !e.Passed() || e.Best != 10 {
				t.Fatalf("%s: %+v, but %d passes were acknowledged", id, e, n)
			}
			files, err := s.Green("01", e.Green)
			if want := fmt.Sprintf("// %s %d\n", id, e.Attempts); err != nil || string(files["main.go"]) != want {
				t.Fatalf("%s: green %q, %v; want %q", id, files["main.go"], err, want)
			}
		}
	}
	if *kills > 0 && len(acked) == 0 {
		t.Fatal("no pass was acknowledged: the test shows nothing")
	}
	update(t, s, func(st *State) { st.TakeHint("1.1") })
	if n := slices.DeleteFunc(names(t, s.path()), func(n string) bool { return !tempRE.MatchString(n) }); len(n) > 0 {
		t.Errorf("left over: %v", n)
	}
}

// killWriter starts a writer, kills it a random moment after its first
// acknowledgement, and notes what it had acknowledged.
func killWriter(t *testing.T, root string, acked map[string]int) {
	t.Helper()
	cmd := child(t, "pass", root)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	for first := true; ; first = false {
		line, err := lines.ReadString('\n')
		if err != nil {
			break // a line that is cut short is no acknowledgement
		}
		var id string
		var n int
		if _, err := fmt.Sscanf(line, "%s %d", &id, &n); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		acked[id] = n
		if first {
			time.AfterFunc(time.Duration(rand.Int64N(int64(30*time.Millisecond))), func() { _ = cmd.Process.Kill() })
		}
	}
	_ = cmd.Wait()
	if stderr.Len() > 0 {
		t.Fatal(stderr.String())
	}
}

// Ensure that a lock which is not free is an error in time, naming who has it,
// and that it is free as soon as that process dies.
func TestLockHeld(t *testing.T) {
	root := t.TempDir()
	cmd := child(t, "hold", root)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "held\n" {
		t.Fatal(line, err)
	}
	s := open(t, root)
	s.wait = 50 * time.Millisecond
	hint := func(st *State) error { st.TakeHint("1.1"); return nil }
	err = s.Update(context.Background(), hint)
	if want := fmt.Sprintf("(process %d)", cmd.Process.Pid); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want an error with %q", err, want)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Update(ctx, hint); err == nil || !strings.Contains(err.Error(), "canceled") {
		t.Errorf("got %v, want one that says canceled", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	s.wait = time.Minute
	if err := s.Update(context.Background(), hint); err != nil {
		t.Error(err)
	}
}

// Ensure that goroutines of one process exclude each other too.
func TestGoroutines(t *testing.T) {
	s := open(t, t.TempDir())
	s.wait = time.Minute
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10 {
				err := s.Update(context.Background(), func(st *State) error {
					st.Record("1.1", Attempt{Status: "fail"}, noon)
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if n := read(t, s).Exercises["1.1"].Attempts; n != 80 {
		t.Errorf("%d attempts, want 80", n)
	}
}
