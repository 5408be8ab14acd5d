package cli

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/charmbracelet/colorprofile"
	"golang.org/x/term"

	"echofromzero/grader/internal/report"
)

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// screen returns how to write to standard output: with colour only where a
// terminal, NO_COLOR (no-color.org) and --color agree.
func (g *global) screen() (io.Writer, report.Style, error) {
	tty := isTerminal(g.Stdout)
	s := report.Style{Width: g.width(), Unicode: g.unicode(), Dark: g.dark()}
	switch g.color {
	case "always":
		s.Color = true
	case "never":
	case "auto":
		s.Color = tty && g.Env("NO_COLOR") == "" && g.Env("TERM") != "dumb" && ansi(g.Stdout)
	default:
		return nil, s, usagef("--color takes auto, always or never, not %q", g.color)
	}
	if !s.Color {
		return g.Stdout, s, nil
	}
	profile := colorprofile.ANSI256
	if tty {
		profile = max(colorprofile.Env(g.environ()), colorprofile.ANSI)
	}
	return &colorprofile.Writer{Forward: g.Stdout, Profile: profile}, s, nil
}

// environ is what colorprofile looks at.
func (g *global) environ() []string {
	var env []string
	for _, key := range []string{"TERM", "COLORTERM", "TERM_PROGRAM", "WT_SESSION", "TMUX", "STY"} {
		if v := g.Env(key); v != "" {
			env = append(env, key+"="+v)
		}
	}
	return env
}

// width is the terminal's, or what COLUMNS says, or 80.
func (g *global) width() int {
	if f, ok := g.Stdout.(*os.File); ok {
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			return w
		}
	}
	if n, err := strconv.Atoi(g.Env("COLUMNS")); err == nil && n > 0 {
		return n
	}
	return report.DefaultWidth
}

// unicode is false where the locale, or an old Windows console, has none.
func (g *global) unicode() bool {
	if runtime.GOOS == "windows" {
		return g.Env("WT_SESSION") != "" || g.Env("TERM") != ""
	}
	for _, key := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := g.Env(key); v != "" {
			return v != "C" && v != "POSIX"
		}
	}
	return true
}

// dark reads the convention of COLORFGBG, "15;0": the last number is the
// background. Without it most terminals are dark.
func (g *global) dark() bool {
	v := g.Env("COLORFGBG")
	bg, err := strconv.Atoi(v[strings.LastIndex(v, ";")+1:])
	return err != nil || bg < 7 || bg == 8
}

// A waiter shows on standard error what takes long: a line that is rewritten in a
// terminal, one line a stage or detail elsewhere. Nothing is shown in the first
// 700 ms.
type waiter struct {
	w     io.Writer
	tty   bool
	width int

	mu      sync.Mutex
	began   time.Time
	stage   string
	detail  string
	said    map[string]bool
	shown   bool
	stop    chan struct{}
	stopped chan struct{}
}

const (
	waiterDelay = 700 * time.Millisecond
	waiterTick  = 100 * time.Millisecond
)

// newWaiter starts to show that stage is under way; close ends it.
func (g *global) newWaiter(stage string) *waiter {
	w := &waiter{w: g.Stderr, tty: isTerminal(g.Stderr) && g.Env("TERM") != "dumb", width: g.width(), began: time.Now(),
		stage: stage, said: map[string]bool{}, stop: make(chan struct{}), stopped: make(chan struct{})}
	go w.loop()
	return w
}

func (w *waiter) loop() {
	defer close(w.stopped)
	tick := time.NewTicker(waiterTick)
	defer tick.Stop()
	for {
		select {
		case <-w.stop:
			return
		case <-tick.C:
			w.mu.Lock()
			if w.tty && time.Since(w.began) > waiterDelay {
				w.draw()
			}
			w.mu.Unlock()
		}
	}
}

func (w *waiter) draw() {
	frames := []rune(`|/-\`)
	elapsed := time.Since(w.began)
	line := fmt.Sprintf("%c %s %.0f s", frames[int(elapsed/waiterTick)%len(frames)], w.stage, elapsed.Seconds())
	if w.detail != "" {
		line += "  " + w.detail
	}
	if r := []rune(line); len(r) >= w.width {
		line = string(r[:w.width-1])
	}
	fmt.Fprintf(w.w, "\r%s\x1b[K", line)
	w.shown = true
}

// set is a build.Progress.
func (w *waiter) set(stage, detail string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stage, w.detail = stage, detail
	line := strings.TrimSpace(stage + " " + detail)
	if w.tty || w.said[line] {
		return
	}
	w.said[line] = true
	fmt.Fprintln(w.w, line)
}

// say leaves a line of its own.
func (w *waiter) say(line string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.shown {
		fmt.Fprint(w.w, "\r\x1b[K")
	}
	fmt.Fprintln(w.w, line)
}

// close takes the line away.
func (w *waiter) close() {
	close(w.stop)
	<-w.stopped
	if w.shown {
		fmt.Fprint(w.w, "\r\x1b[K")
	}
}
