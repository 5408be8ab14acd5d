//go:build unix

package cli_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkWatch edits one line of a solved phase under a running watch, and measures
// from the save to the first event, which a screen shows at once, and to the verdict;
// and, of the same kind of edit, a bare `go build`. The figures are milliseconds of
// wall time.
func BenchmarkWatch(b *testing.B) {
	for _, phase := range phases(b) {
		b.Run(phase, func(b *testing.B) { benchmarkWatch(b, phase) })
	}
}

func benchmarkWatch(b *testing.B, phase string) {
	t := newTimed(b, phase)
	t.edit()
	t.run(t.w, t.grader, "check", phase)
	other := newTimed(b, phase) // which is not watched
	bare := func() time.Duration {
		other.edit()
		return other.run(other.w, "go", "build", "-o", filepath.Join(other.w, "bare"), "./phases/"+phase)
	}
	bare()

	cmd := exec.Command(t.grader, "watch", phase, "--format", "json")
	cmd.Dir, cmd.Env = t.w, t.env
	out, err := cmd.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, cmd.Start())
	defer cmd.Wait()
	defer cmd.Process.Signal(os.Interrupt)
	events := make(chan watchEvent, 1<<10)
	go readEvents(out, events)
	next := func(kind string) watchEvent {
		for {
			select {
			case ev, ok := <-events:
				require.True(b, ok, "the watch has ended")
				if kind == "" || ev.Event == kind {
					return ev
				}
			case <-time.After(2 * time.Minute):
				b.Fatalf("no event %q", kind)
			}
		}
	}
	next("verdict")
	var build, reaction, verdict time.Duration
	for b.Loop() {
		build += bare()
		t.edit()
		began := time.Now()
		next("")
		reaction += time.Since(began)
		require.True(b, next("verdict").Verdict.Build.OK)
		verdict += time.Since(began)
	}
	b.ReportMetric(ms(b, reaction), "reaction-ms")
	b.ReportMetric(ms(b, build), "build-ms")
	b.ReportMetric(ms(b, verdict), "verdict-ms")
	b.ReportMetric(float64(verdict)/float64(build), "verdict/build")
}
