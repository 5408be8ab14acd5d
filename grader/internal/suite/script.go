package suite

import (
	"fmt"
	"regexp"
	"runtime"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"
)

// scriptT is what testscript reports to, outside of `go test`.
type scriptT struct {
	mu     sync.Mutex
	log    strings.Builder
	failed bool
}

// Run runs f to its end on a goroutine of its own, which FailNow may end early.
func (t *scriptT) Run(_ string, f func(testscript.T)) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				t.Log(fmt.Sprintf("FAIL: suite.txtar:0: the engine failed: %v", p))
				t.failed = true
			}
		}()
		f(t)
	}()
	<-done
}

func (t *scriptT) Log(args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fmt.Fprintln(&t.log, args...)
}

// FailNow must not return: testscript counts on it.
func (t *scriptT) FailNow() {
	t.failed = true
	runtime.Goexit()
}

func (t *scriptT) Fatal(args ...any) {
	t.Log(append([]any{"FAIL: suite.txtar:0:"}, args...)...)
	t.FailNow()
}

// Skip is never a pass: the catalog rejects the command, and this the call.
func (t *scriptT) Skip(args ...any) {
	t.Fatal(append([]any{"the script skipped itself:"}, args...)...)
}

func (t *scriptT) Parallel()     {}
func (t *scriptT) Verbose() bool { return false }

var failLine = regexp.MustCompile(`(?m)^FAIL: .*suite\.txtar:([0-9]+): (.*)$`)

// reason is testscript's own message for what it could not do: "line 12: unknown command".
func (t *scriptT) reason() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if m := failLine.FindStringSubmatch(t.log.String()); m != nil {
		return fmt.Sprintf("line %s: %s", m[1], m[2])
	}
	return "the script failed without saying why"
}
