// Package durable writes files that a crash, a full disk or a kill leaves either as
// they were or whole and new, and tells apart why a write did not succeed.
package durable

import "io"

// Replace writes the file whole or not at all, and returns once it is on
// the disk under its name.
func Replace(path string, data []byte) error {
	return Write(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}
