//go:build unix

package cli_test

import (
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/tui/tmuxtest"
)

// BenchmarkFirstFrame measures from the start of the process to the first screen of the
// quiz and of the lesson in a terminal, and, as what every command costs, a whole `grader
// list`. The figures are milliseconds of wall time.
func BenchmarkFirstFrame(b *testing.B) {
	grader := tmuxtest.Build(b)
	for _, c := range []struct {
		args []string
		text string
	}{
		{[]string{"quiz", "01"}, "1 of 10"},
		{[]string{"read", "04"}, "04 State"},
		{[]string{"list"}, "grader check"},
	} {
		b.Run(c.args[0], func(b *testing.B) {
			dir := workspaceOf(b)
			var total time.Duration
			for b.Loop() {
				total += firstFrame(b, dir, c.text, grader, c.args...)
			}
			b.ReportMetric(ms(b, total), "frame-ms")
		})
	}
}

// firstFrame is how long a command takes until its terminal has a text.
func firstFrame(b *testing.B, dir, text, grader string, args ...string) time.Duration {
	cmd := exec.Command(grader, args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "TERM=xterm-256color", "TMUX=", "PAGER=")
	began := time.Now()
	terminal, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	require.NoError(b, err)
	defer terminal.Close()
	var shown []byte
	for buf := make([]byte, 64<<10); !bytes.Contains(shown, []byte(text)); {
		n, err := terminal.Read(buf)
		require.NoError(b, err, "%s", shown)
		shown = append(shown, buf[:n]...)
	}
	took := time.Since(began)
	require.NoError(b, cmd.Process.Kill())
	_ = cmd.Wait() // it was killed
	return took
}
