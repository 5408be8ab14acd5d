package suite

import (
	"strings"
	"testing"
)

func withRace(o *Options) { o.Race = raced }

// needRace skips a test of the race detector where there is none.
func needRace(t *testing.T) {
	t.Helper()
	if raced == "" {
		t.Skip("there is no race detector here")
	}
}

// Ensure that a race is found, and told by the lines where it is.
func TestRaceFound(t *testing.T) {
	t.Parallel()
	needRace(t)
	f := fails(t, "example", "# the counter is guarded\nhint 'Lock it.'\nserve -race -env VISITS=unlocked\nparallel 20 -- GET /visits\nnorace\n", withRace)
	sameString(t, "Want", f.Want, "no data race")
	hasText(t, "Got", f.Got, "two goroutines use the same memory, and at least one of them writes:\n")
	hasText(t, "Got", f.Got, "at more.go:")
	hasText(t, "Got", f.Got, ", in (*app).visit")
	sameString(t, "Hint", f.Hint, "Lock it.")
	sameString(t, "Env", strings.Join(f.Env, " "), "VISITS=unlocked")
	if !strings.HasPrefix(f.Output, "WARNING: DATA RACE\n") || f.Crash || !f.Race {
		t.Errorf("Crash is %v, Output is %s", f.Crash, f.Output)
	}
}

// Ensure that a program without a race passes, also after it has ended as it should.
func TestRaceNotFound(t *testing.T) {
	t.Parallel()
	needRace(t)
	passes(t, "example", "# the counter is guarded\nserve -race\nparallel 20 -- GET /visits\nnorace\nquit\nexits\nnorace\n", withRace)
	passes(t, "example", "# another program\nserve -race -name a\nserve\nparallel 20 -- GET /visits -name a\nnorace -name a\n", withRace)
}

// Ensure that without the detector the same suite runs against the plain program,
// which must still be there.
func TestRaceMissing(t *testing.T) {
	t.Parallel()
	passes(t, "example", "# it is there\nserve -race -env VISITS=unlocked\nparallel 2 -- GET /visits\nnorace\n")
	f := fails(t, "odd", "# it is there\nserve -race -no-wait -env MODE=exit -env CODE=4\noutput error\nnorace\n")
	sameString(t, "Want", f.Want, "the program still runs")
	sameString(t, "Got", f.Got, "it exited with status 4")
}

const report = `noise
==================
WARNING: DATA RACE
Read at 0x00c00009cd80 by goroutine 14:
  runtime.mapIterStart()
      runtime/map.go:156 +0x0
  main.(*memory).list()
      echofromzero/phases/04-state/store.go:44 +0x89
  net/http.HandlerFunc.ServeHTTP()
      net/http/server.go:2286 +0x47

Previous write at 0x00c00009cd80 by goroutine 13:
  runtime.mapassign_fast64()
      internal/runtime/maps/runtime_fast64.go:196 +0x0
  echofromzero/phases/04-state/store.(*Memory[...]).Create.func1.2()
      echofromzero/phases/04-state/store/memory.go:31 +0x98

Goroutine 14 (running) created at:
  main.main()
      echofromzero/phases/04-state/main.go:15 +0x27a
==================
more noise
==================
WARNING: DATA RACE
Write at 0x00c00009cd80 by main goroutine:
`

// Ensure that a report is read as it is printed, and an odd one is no trouble.
func TestExplainRace(t *testing.T) {
	t.Parallel()
	const begin = "two goroutines use the same memory, and at least one of them writes"
	sameString(t, "two places", explainRace(report),
		begin+":\none writes at store/memory.go:31, in (*Memory[...]).Create\nthe other reads at store.go:44, in (*memory).list")
	same := strings.NewReplacer("Read at", "Write at", "store.(*Memory[...]).Create.func1.2", "store.list", "store/memory.go:31", "store.go:44", "main.(*memory).list", "main.list.gowrap1").Replace(report)
	sameString(t, "one place", explainRace(same), begin+":\nboth at store.go:44, in list")
	lost := strings.Replace(report, "  runtime.mapassign_fast64()\n", "  [failed to restore the stack]\n\n", 1)
	sameString(t, "a lost stack", explainRace(lost),
		begin+":\none writes in a place that the report does not name\nthe other reads at store.go:44, in (*memory).list")
	sameString(t, "a planted text", explainRace("WARNING: DATA RACE"), begin)
	if r := raceReport(report); !strings.HasPrefix(r, "WARNING: DATA RACE\nRead") || !strings.HasSuffix(r, "main.go:15 +0x27a") {
		t.Errorf("the report is %q", r)
	}
}
