package cli

import (
	"io"
	"os"

	"golang.org/x/sys/windows"
)

// ansi switches on escape sequences where the console can do them, and reports
// whether it could.
func ansi(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	var mode uint32
	h := windows.Handle(f.Fd())
	if windows.GetConsoleMode(h, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(h, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
