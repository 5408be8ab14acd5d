package durable

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/natefinch/atomic"
	"golang.org/x/sys/windows"
)

// Write is Replace for what fill writes; after an error of fill's the file is as it was.
func Write(path string, fill func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path))
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	if err := fill(f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return Patiently(func() error { return atomic.ReplaceFile(f.Name(), path) })
}

// SyncDir does nothing: Write writes through, and Windows has no sync of
// a folder.
func SyncDir(string) error { return nil }

// Patiently repeats op for a second while another process has the file open,
// which Windows reports as a sharing violation or as denied access.
func Patiently(op func() error) error {
	var err error
	for pause := time.Millisecond; pause < time.Second; pause *= 2 {
		err = op()
		if !errors.Is(err, windows.ERROR_SHARING_VIOLATION) && !errors.Is(err, windows.ERROR_ACCESS_DENIED) {
			return err
		}
		time.Sleep(pause)
	}
	return err
}

// IsReadOnly tells that a file or its folder must not be written.
func IsReadOnly(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, windows.ERROR_WRITE_PROTECT)
}

// IsFull tells that the disk, or the share of it that the user may fill, is full.
func IsFull(err error) bool {
	return errors.Is(err, windows.ERROR_DISK_FULL) || errors.Is(err, windows.ERROR_HANDLE_DISK_FULL)
}

// IsNotDir tells that a folder of the path is a file, which Windows reports as a path that
// does not exist.
func IsNotDir(err error) bool { return errors.Is(err, windows.ERROR_PATH_NOT_FOUND) }
