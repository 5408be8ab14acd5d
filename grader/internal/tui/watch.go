package tui

import (
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"echofromzero/grader/internal/report"
)

// watchTick is how often the time of a run under way goes on.
const watchTick = 100 * time.Millisecond

// WatchKeys are what a learner can ask a watch for. They are called in goroutines of
// their own.
type WatchKeys struct {
	Again func()                                     // run again
	Next  func()                                     // go on with the next phase
	Hint  func(id string) (report.HintScreen, error) // one more hint of an exercise
}

// A Watch is the screen of a phase that is being watched.
type Watch struct {
	style  report.Style
	keys   WatchKeys
	events <-chan report.WatchEvent
	clock  func() time.Time

	screen report.WatchScreen
	began  time.Time // of the run under way
	height int
	offset int
	asked  bool   // for a hint that is on its way
	wrong  string // what did not work
	quiz   bool
}

// NewWatch shows the events until their channel is closed, or until q or z.
func NewWatch(s report.Style, events <-chan report.WatchEvent, clock func() time.Time, keys WatchKeys) Watch {
	return Watch{style: s, events: events, clock: clock, keys: keys}
}

// Quiz says that the learner left for the quiz of the phase.
func (m Watch) Quiz() bool { return m.quiz }

type (
	watchEnded struct{}
	watchTime  time.Time
	watchHint  struct {
		id   string
		hint report.HintScreen
		err  error
	}
)

// Init waits for the first event.
func (m Watch) Init() tea.Cmd { return m.wait }

func (m Watch) wait() tea.Msg {
	if ev, ok := <-m.events; ok {
		return ev
	}
	return watchEnded{}
}

func (m Watch) tick() tea.Cmd {
	return tea.Tick(watchTick, func(t time.Time) tea.Msg { return watchTime(t) })
}

// Update takes an event, a key, a hint, a size, or the time.
func (m Watch) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.style.Width, m.height = msg.Width, msg.Height
	case report.WatchEvent:
		return m.event(msg)
	case watchEnded:
		return m, tea.Quit
	case watchTime:
		if !m.screen.Running {
			return m, nil
		}
		m.screen.Elapsed = m.clock().Sub(m.began)
		return m, m.tick()
	case watchHint:
		m.asked = false
		if msg.err != nil {
			m.wrong = msg.err.Error()
		} else if msg.id == m.screen.Shown() {
			m.screen.Hints, m.screen.HintsOf = msg.hint.Hints, msg.hint.Of
			m.offset = m.frame().last()
		}
	case tea.KeyPressMsg:
		return m.key(msg.String())
	}
	m.offset = m.frame().at(m.offset)
	return m, nil
}

func (m Watch) event(ev report.WatchEvent) (tea.Model, tea.Cmd) {
	m.screen = m.screen.Apply(ev)
	cmds := []tea.Cmd{m.wait}
	switch ev.Kind {
	case report.WatchRun:
		m.began = m.clock()
		cmds = append(cmds, m.tick())
	case report.WatchVerdict, report.WatchPhase:
		m.offset, m.wrong = 0, ""
	}
	return m, tea.Batch(cmds...)
}

func (m Watch) key(key string) (tea.Model, tea.Cmd) {
	f := m.frame()
	switch key {
	case "q", "esc":
		return m, tea.Quit
	case "z":
		m.quiz = true
		return m, tea.Quit
	case "r":
		return m, call(m.keys.Again)
	case "n":
		return m.next()
	case "h":
		return m.hint()
	case "down", "j":
		m.offset = f.at(m.offset + 1)
	case "up", "k":
		m.offset = f.at(m.offset - 1)
	case "space", "pgdown":
		m.offset = f.at(m.offset + f.page())
	case "b", "pgup":
		m.offset = f.at(m.offset - f.page())
	case "g", "home":
		m.offset = 0
	case "G", "shift+g", "end":
		m.offset = f.last()
	}
	return m, nil
}

// call runs f beside the screen.
func call(f func()) tea.Cmd {
	return func() tea.Msg {
		f()
		return nil
	}
}

// next shows the next exercise that fails; once every core one passes it is the next
// phase.
func (m Watch) next() (tea.Model, tea.Cmd) {
	if !m.screen.First && m.screen.Verdict.Done() {
		return m, call(m.keys.Next)
	}
	failing := m.screen.Failing()
	for i, id := range failing {
		if id == m.screen.Shown() {
			m.screen.Focus = failing[(i+1)%len(failing)]
			m.screen.Hints = nil
			m.offset = m.frame().at(m.failure())
			break
		}
	}
	return m, nil
}

// failure is the row where the exercise that is shown in full begins, or 0. The table
// above has two blanks behind an id, the heading has one.
func (m Watch) failure() int {
	for _, r := range m.screen.Verdict.Exercises {
		if r.ID != m.screen.Shown() {
			continue
		}
		word, _, _ := strings.Cut(report.Line(r.Title), " ")
		return max(0, slices.IndexFunc(m.frame().scroll, func(row string) bool {
			return strings.Contains(ansi.Strip(row), " "+r.ID+" "+word)
		}))
	}
	return 0
}

// hint asks for one more hint of the exercise that is shown in full.
func (m Watch) hint() (tea.Model, tea.Cmd) {
	id := m.screen.Shown()
	if id == "" || m.asked {
		return m, nil
	}
	m.asked, m.wrong = true, ""
	ask := m.keys.Hint
	return m, func() tea.Msg {
		h, err := ask(id)
		return watchHint{id, h, err}
	}
}

// View is the screen.
func (m Watch) View() tea.View { return full(m.frame().String()) }

func (m Watch) frame() frame {
	var b strings.Builder
	_ = report.Watch(&b, m.style, m.screen) // a builder takes everything
	status := report.WatchStatus(m.style, m.screen)
	if m.wrong != "" {
		status = "  " + m.style.Paint(report.Warn, report.Cut(m.wrong, m.style.Width-2))
	}
	return frame{style: m.style, height: m.height, offset: m.offset, keys: m.keyHelp(),
		scroll: fold(strings.Split(strings.TrimRight(b.String(), "\n"), "\n"), m.style.Width), stay: []string{"", status}}
}

func (m Watch) keyHelp() []string {
	keys := []string{"q", "quit"}
	switch {
	case !m.screen.First && m.screen.Verdict.Done():
		keys = append(keys, "n", "next phase")
	case len(m.screen.Failing()) > 1:
		keys = append(keys, "n", "next exercise")
	}
	if m.screen.Shown() != "" {
		keys = append(keys, "h", "hint")
	}
	return append(keys, "r", "again", "z", "quiz")
}
