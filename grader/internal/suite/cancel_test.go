package suite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// ownCopy is a program under a path of its own, so that its processes can be told
// from those of other tests.
func ownCopy(t *testing.T, program string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), filepath.Base(programs[program]))
	data, err := os.ReadFile(programs[program])
	if err == nil {
		err = os.WriteFile(path, data, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// Ensure that a suite which is given up in the middle of a command ends soon, with
// the context's error, and leaves neither a process nor a folder.
func TestCancel(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"serve":           "serve -env MODE=never -within 30s",
		"serve, no-wait":  "serve -env MODE=never -no-wait\nexits -within 30s",
		"request":         "serve -env MODE=hang\nGET / -within 30s",
		"drip":            "serve -env MODE=drip\nGET / -within 30s",
		"parallel":        "serve -env MODE=hang\nparallel 20 -- GET / -within 30s",
		"parallel, later": "serve -env MODE=hang\nparallel 20 -later -- GET / -within 30s\ncodes 200=20",
		"quit":            "serve -env MODE=deaf\nquit -within 30s",
		"tcp recv":        "serve -env MODE=hang\ntcp send x\ntcp recv y -within 30s",
		"tcp closed":      "serve -env MODE=hang\ntcp send x\ntcp closed -within 30s",
		"child":           "serve -env MODE=child\nGET / -within 30s",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := Options{Program: ownCopy(t, "odd"), Scratch: t.TempDir()}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var stopped time.Time
			time.AfterFunc(500*time.Millisecond, func() { stopped = time.Now(); cancel() })
			out, err := Run(ctx, "1.1", parse(t, "# it ends\n"+script+"\nstatus 200\n"), o)
			if !errors.Is(err, context.Canceled) || out.Passed() {
				t.Errorf("%v with %s", err, outcomeText(out))
			}
			if took := time.Since(stopped); took > 2*time.Second {
				t.Errorf("it took %v to end", took)
			}
			sameString(t, "what still runs", running(o.Program), "")
			sameString(t, "what is left in Scratch", names(t, o.Scratch), "")
		})
	}
}

// Ensure that a suite given up before it began does nothing.
func TestCanceledBefore(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := Options{Program: programs["example"], Scratch: t.TempDir()}
	out, err := Run(ctx, "1.1", parse(t, "# one\nserve\nGET /\nstatus 200\n"), o)
	if !errors.Is(err, context.Canceled) || out.Checks != 0 || out.Passed() {
		t.Errorf("%v with %s", err, outcomeText(out))
	}
}

// Ensure that a suite whose time runs out is a failure of the program, with the
// check it had come to, wherever that is.
func TestTimeout(t *testing.T) {
	t.Parallel()
	for name, script := range map[string]string{
		"request":  "serve -env MODE=hang\nGET / -within 30s",
		"parallel": "serve -env MODE=hang\nparallel 5 -- GET / -within 30s",
		"serve":    "serve -env MODE=never -within 30s",
		"quit":     "serve -env MODE=deaf\nquit -within 30s",
		"many":     "serve -env MODE=ok\n" + strings.Repeat("serve -env MODE=ok\n", 2000),
		"jq":       "serve -env MODE=ok\nset X '[range(1000000000)] | length'",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			f := fails(t, "odd", "# it ends\nhint 'Be quick.'\n"+script+"\nstatus 200\n", func(o *Options) { o.Timeout = time.Second })
			if took := time.Since(began); took > 4*time.Second {
				t.Errorf("took %v", took)
			}
			sameString(t, "Check", f.Check, "it ends")
			sameString(t, "Hint", f.Hint, "Be quick.")
			sameString(t, "Want", f.Want, "all checks of this exercise within 1s")
			sameString(t, "Got", f.Got, "the time ran out here")
			if !f.Crash {
				t.Error("is no Crash")
			}
		})
	}
}
