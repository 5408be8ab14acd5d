package suite

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	fuzzWorkers = 2         // processes of one fuzzing binary beside itself
	fuzzFile    = 128 << 20 // bytes: the memory that it shares with them is a file, mostly of holes
	fuzzMemory  = 768 << 20 // bytes, for three processes, two of which may touch all of such a file
	fuzzClean   = 5 * time.Second
)

// fuzzAll fuzzes the wrong programs that are still open, then the right ones for as long as
// it took to catch any of those, and at least for fuzzClean: a binary cannot know which
// it is, and one that fails after a while fails in both. It returns the wrong ones that
// pass; once there is one, no other is begun.
func (t *testRuns) fuzzAll(out *tested, open []TestProgram) []TestProgram {
	var mu sync.Mutex
	var longest time.Duration // of those that were caught
	survived, turns := false, make(chan struct{}, cap(t.budget))
	open, out.failure, out.err = t.each(open, func(ctx context.Context, path string) (ending, error) {
		turns <- struct{}{} // as many as may run: who waits has not looked yet
		defer func() { <-turns }()
		mu.Lock()
		skip := survived
		if skip {
			out.untried++
		}
		mu.Unlock()
		if skip {
			return ending{}, nil
		}
		end, err := t.fuzz(ctx, path, t.For)
		mu.Lock()
		defer mu.Unlock()
		longest = max(longest, end.took)
		survived = survived || end.passed
		return end, err
	})
	if out.failure != nil || out.err != nil || len(open) > 0 {
		return open
	}
	clean := min(t.For, max(fuzzClean, 2*longest))
	right := slices.DeleteFunc(slices.Clone(t.Programs), func(p TestProgram) bool { return p.Wrong })
	_, out.failure, out.err = t.each(right, func(ctx context.Context, path string) (ending, error) {
		return t.fuzz(ctx, path, clean)
	})
	return open
}

// fuzz runs the fuzz target; to crash nowhere in that time is to pass.
func (t *testRuns) fuzz(ctx context.Context, path string, long time.Duration) (ending, error) {
	return t.start(ctx, path, long, &ending{passed: true}, "-test.run=^$", "-test.fuzz=^"+t.Fuzz+"$", "-test.fuzzcachedir=.cache",
		fmt.Sprintf("-test.fuzztime=%v", t.For+late), "-test.fuzzminimizetime=1x", fmt.Sprintf("-test.parallel=%d", fuzzWorkers))
}
