package tmuxtest_test

import (
	"strings"
	"testing"

	"echofromzero/grader/internal/tui/tmuxtest"
)

// TestTerminal ensures that what is typed reaches a shell, and that its screen comes back.
func TestTerminal(t *testing.T) {
	t.Parallel()
	x := tmuxtest.Start(t, tmuxtest.Options{Width: 50, Height: 10, Env: []string{"WORD=seven"}})
	before := x.Modes()
	x.Run("echo $WORD; stty size")
	if screen := x.Wait("10 50"); !strings.Contains(screen, "\nseven\n") {
		t.Errorf("the screen is\n%s", screen)
	}
	x.Resize(70, 12)
	x.Run("clear; printf '\\033[?25l\\033[?1049h'; stty size")
	x.Wait("12 70")
	if x.Modes() == before {
		t.Errorf("a hidden cursor and the alternate screen do not show: %s", before)
	}
}
