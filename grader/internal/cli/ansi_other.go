//go:build !windows

package cli

import "io"

// ansi reports whether the terminal understands escape sequences: outside of
// Windows every one does.
func ansi(io.Writer) bool { return true }
