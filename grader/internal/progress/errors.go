package progress

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"echofromzero/grader/internal/durable"
)

// ErrReadOnly means that progress cannot be written here: a read-only file
// system, a folder without write permission, or a file in the folder's place.
// Grading can go on without it.
var ErrReadOnly = errors.New("progress cannot be written here")

var errNotDir = errors.New("a file of that name is in the way")

// writeError puts into words why a write below .grader did not succeed, and
// what to do. The system's error stays in the chain.
func (s *Store) writeError(err error) error {
	switch {
	case errors.Is(err, errNotDir):
		return fmt.Errorf("%w: %w; move it away: mv %s %s.old", ErrReadOnly, err, s.path(), s.path())
	case durable.IsReadOnly(err):
		return fmt.Errorf("%w: %w; results are not kept until the folder can be written: chmod -R u+w %s",
			ErrReadOnly, err, s.path())
	case durable.IsFull(err):
		return fmt.Errorf("write progress: the disk is full: %w; the progress of before is intact; free some space and run the command again", err)
	default:
		return fmt.Errorf("write progress: %w", err)
	}
}

// readFile returns the progress file's bytes, nil without an error when there is
// none. It reads a byte more than maxSize at most.
func (s *Store) readFile() ([]byte, error) {
	path := s.path(fileName)
	var data []byte
	err := durable.Patiently(func() (err error) {
		data, err = readRegular(path)
		return err
	})
	switch {
	case err == nil:
		return data, nil
	case errors.Is(err, fs.ErrNotExist), durable.IsNotDir(err):
		return nil, nil
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("read progress: %w; make it readable and run the command again: chmod u+rw %s", err, path)
	default:
		return nil, fmt.Errorf("read progress: %w", err)
	}
}

// readRegular reads a regular file and nothing else: a FIFO would block.
func readRegular(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file; move it away: mv %s %s.old", path, path, path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if data == nil {
		data = []byte{}
	}
	return data, err
}
