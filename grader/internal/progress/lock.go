package progress

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

const lockPoll = 3 * time.Millisecond

// lock takes the exclusive lock, waiting at most s.wait, and returns what gives
// it back. The kernel frees the lock of a process that dies; the file itself
// stays, and says which process took the lock last.
func (s *Store) lock(ctx context.Context) (unlock func(), err error) {
	path := s.path(lockName)
	fl := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o666))
	wait, cancel := context.WithTimeout(ctx, s.wait)
	defer cancel()
	ok, err := fl.TryLockContext(wait, lockPoll)
	switch {
	case ok:
		// The name is a help for others, so an error here is no reason to stop.
		_ = os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())+"\n"), 0o666)
		return func() { _ = fl.Unlock() }, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("lock progress: %w", context.Cause(ctx))
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("lock progress: %s has been in use by %s for %v; wait until it ends, or end it, and run the command again",
			path, holder(path), s.wait)
	default:
		return nil, s.writeError(err)
	}
}

// holder names the process that wrote itself into the lock file.
func holder(path string) string {
	data, err := os.ReadFile(path)
	pid, perr := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil || perr != nil || pid <= 0 {
		return "another grader"
	}
	return fmt.Sprintf("another grader (process %d)", pid)
}
