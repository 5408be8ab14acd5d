//go:build !windows

package durable

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/google/renameio/v2"
)

// Write is Replace for what fill writes; after an error of fill's the file is as it was.
func Write(path string, fill func(io.Writer) error) error {
	dir := filepath.Dir(path)
	f, err := renameio.NewPendingFile(path, renameio.WithTempDir(dir), renameio.WithPermissions(0o644))
	if err != nil {
		return err
	}
	defer f.Cleanup() // a no-op after the rename
	if err := fill(f); err != nil {
		return err
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return err
	}
	return SyncDir(dir)
}

// SyncDir makes the names in a folder durable. Some file systems cannot do that
// to a folder, and need not.
func SyncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		return nil
	}
	return err
}

// Patiently calls op: only Windows has errors that pass by waiting.
func Patiently(op func() error) error { return op() }

// IsReadOnly tells that a file or its folder must not be written.
func IsReadOnly(err error) bool {
	return errors.Is(err, syscall.EROFS) || errors.Is(err, syscall.EACCES) || errors.Is(err, syscall.EPERM)
}

// IsFull tells that the disk, or the share of it that the user may fill, is full.
func IsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// IsNotDir tells that a folder of the path is a file.
func IsNotDir(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
