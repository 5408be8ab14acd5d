package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

const (
	scratchPrefix = "echofromzero-run-"
	scratchLock   = "lock"
)

// A Scratch is a temporary folder that is gone when the grader is: Close removes
// it, and what a killed grader left is removed by the next one.
type Scratch struct {
	Dir  string
	lock *flock.Flock
}

// NewScratch makes a folder below base (the system's temporary folder when base
// is empty), after removing those whose grader is no more.
func NewScratch(base string) (*Scratch, error) {
	if base == "" {
		base = os.TempDir()
	}
	sweep(base)
	dir, err := os.MkdirTemp(base, scratchPrefix)
	if err != nil {
		return nil, fmt.Errorf("make a temporary folder: %w", err)
	}
	if dir, err = filepath.EvalSymlinks(dir); err != nil {
		return nil, fmt.Errorf("make a temporary folder: %w", err)
	}
	s := &Scratch{Dir: dir, lock: flock.New(filepath.Join(dir, scratchLock))}
	if _, err := s.lock.TryLock(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("lock the temporary folder: %w", err)
	}
	return s, nil
}

// Close removes the folder. A nil Scratch has none.
func (s *Scratch) Close() error {
	if s == nil {
		return nil
	}
	s.lock.Unlock()
	return os.RemoveAll(s.Dir)
}

// sweep removes the folders that no living grader holds. A folder younger than
// a minute is left alone: its grader may be about to lock it.
func sweep(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !e.IsDir() || !strings.HasPrefix(e.Name(), scratchPrefix) || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		dir := filepath.Join(base, e.Name())
		lock := flock.New(filepath.Join(dir, scratchLock))
		if ok, err := lock.TryLock(); err == nil && ok {
			lock.Unlock()
			os.RemoveAll(dir)
		}
	}
}
