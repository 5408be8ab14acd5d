// Package progress keeps what a learner has reached: one crash-safe file,
// .grader/progress.json below the workspace's root, and beside it a snapshot of
// the files that made each exercise pass.
//
// Every change is read, modified and written under an exclusive lock, to a
// temporary file that is synced and renamed, so that a reader always finds a
// whole file and a killed process loses at most the write in flight. A file that
// cannot be understood is moved aside, never overwritten.
//
// The package decides nothing about scores and talks to no terminal: what a
// learner should hear comes back as errors and Notices.
package progress

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"echofromzero/grader/internal/durable"
)

const (
	dirName  = ".grader"
	fileName = "progress.json"
	lockName = "progress.lock"

	maxSize     = 8 << 20          // bytes of a progress file; a larger one is not ours
	lockTimeout = 10 * time.Second // how long Update waits for another process
	rescueWait  = 2 * time.Second  // how long Read waits before it leaves a damaged file where it is
)

// A Store is the progress kept in one workspace or clone. It is safe for
// concurrent use, by goroutines and by processes.
type Store struct {
	root string
	now  func() time.Time
	wait time.Duration // lockTimeout, shorter in tests

	mu      sync.Mutex
	notices []string
}

// Open returns the store of the workspace at root. It touches nothing: the
// folder .grader is made by the first Update. The clock names files that are
// moved aside. The error says that root is no folder.
func Open(root string, now func() time.Time) (*Store, error) {
	info, err := os.Stat(root)
	if err != nil {
		return nil, fmt.Errorf("open progress: %w", err)
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("open progress: %s is not a folder", root)
	}
	return &Store{root: root, now: now, wait: lockTimeout}, nil
}

// Read returns the progress as it is now: a fresh state when there is none. It
// takes no lock and writes nothing, except that a damaged file is moved aside
// and a notice says where to. A file that exists and cannot be read (its
// permissions, an input error) is an error and stays where it is.
func (s *Store) Read() (State, error) {
	data, err := s.readFile()
	if err != nil || data == nil {
		return fresh(), err
	}
	st, err := decode(data)
	if err == nil {
		return st, nil
	}
	return s.rescue(err)
}

// rescue moves a damaged file aside under the lock, where it may turn out that
// another process has just written a good one.
func (s *Store) rescue(damage error) (State, error) {
	ctx, cancel := context.WithTimeout(context.Background(), rescueWait)
	defer cancel()
	unlock, err := s.lock(ctx)
	if err == nil {
		defer unlock()
		var st State
		if st, _, err = s.load(); err == nil {
			return st, nil
		}
	}
	s.notify("%s %v, and could not be moved aside (%v); it is left as it is and progress starts from nothing. Move it away: mv %s %s.old",
		s.path(fileName), damage, err, s.path(fileName), s.path(fileName))
	return fresh(), nil
}

// Update applies fn to the current progress and writes the result. It returns
// fn's error as it is, with nothing written. When the folder cannot be written
// the error is ErrReadOnly: the caller can warn and go on. After any error the
// progress of before is intact.
func (s *Store) Update(ctx context.Context, fn func(*State) error) error {
	if err := s.makeDir(); err != nil {
		return s.writeError(err)
	}
	unlock, err := s.lock(ctx)
	if err != nil {
		return err
	}
	defer unlock()

	st, before, err := s.load()
	if err != nil {
		return err
	}
	if err := fn(&st); err != nil {
		return err
	}
	after, err := encode(st)
	if err != nil {
		return err
	}
	if !bytes.Equal(before, after) {
		if err := durable.Replace(s.path(fileName), after); err != nil {
			return s.writeError(err)
		}
	}
	s.sweep(&st)
	return nil
}

// Notices returns what a learner should be told of the calls since the last
// one: whole sentences, oldest first.
func (s *Store) Notices() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.notices
	s.notices = nil
	return n
}

func (s *Store) notify(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notices = append(s.notices, fmt.Sprintf(format, args...))
}

func (s *Store) path(elem ...string) string {
	return filepath.Join(append([]string{s.root, dirName}, elem...)...)
}

// load reads the file for a caller that holds the lock. The bytes are those of
// a file that can stay, nil when there is none or when it was moved aside.
func (s *Store) load() (State, []byte, error) {
	data, err := s.readFile()
	if err != nil || data == nil {
		return fresh(), nil, err
	}
	st, damage := decode(data)
	if damage == nil {
		return st, data, nil
	}
	aside, err := s.setAside()
	if err != nil {
		return fresh(), nil, s.writeError(err)
	}
	s.notify("%s %v. It was moved to %s and progress starts from nothing; it can be put back if you mend it.",
		s.path(fileName), damage, aside)
	return fresh(), nil, nil
}

// setAside renames the progress file to a name that is free, under the lock.
func (s *Store) setAside() (string, error) {
	stem := s.path(fileName) + ".broken-" + s.now().UTC().Format("20060102T150405Z")
	aside := stem
	for i := 2; ; i++ {
		_, err := os.Lstat(aside)
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return "", err
		}
		aside = fmt.Sprintf("%s-%d", stem, i)
	}
	if err := durable.Patiently(func() error { return os.Rename(s.path(fileName), aside) }); err != nil {
		return "", err
	}
	return aside, durable.SyncDir(s.path())
}

// makeDir makes .grader where it is missing.
func (s *Store) makeDir() error {
	err := os.Mkdir(s.path(), 0o777)
	if err == nil {
		return durable.SyncDir(s.root)
	}
	if info, serr := os.Stat(s.path()); serr == nil && info.IsDir() {
		return nil
	} else if serr == nil {
		return &fs.PathError{Op: "mkdir", Path: s.path(), Err: errNotDir}
	}
	return err
}
