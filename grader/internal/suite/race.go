package suite

import (
	"fmt"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// The first race ends a program: its report goes to standard error, which the program
// itself can close, but how it ends is told by the system.
const (
	goRace   = "halt_on_error=1 exitcode=66 atexit_sleep_ms=0 history_size=2"
	raceExit = 66
)

// raceWait is how long `norace` waits for a report that is on its way.
const raceWait = 100 * time.Millisecond

const raceMark = "WARNING: DATA RACE"

// norace asserts that the race detector has reported nothing so far, and that the
// program runs unless the script ended it. Without the detector only that is left.
func norace(r *run, _ bool, args []string) {
	fl := r.flags("norace", args, "name")
	if len(fl.rest) > 0 {
		r.usage("norace", fmt.Sprintf("%q is no option", fl.rest[0]))
	}
	s := r.serverNamed(fl.text("name"))
	if !s.race {
		r.usage("norace", "the program was started without `serve -race`")
	}
	select {
	case <-s.proc.Done():
	case <-time.After(raceWait):
		if strings.Contains(s.proc.Output(), raceMark) { // a report comes in several writes
			select {
			case <-s.proc.Done():
			case <-time.After(settle):
			}
		}
	}
	r.failIfRaced(s)
	if s.proc.Ended() && !s.signalled && !s.awaited {
		r.fail(Failure{Want: "the program still runs", Got: "it " + s.proc.Exit().String(), Crash: true})
	}
}

// failIfRaced fails the check if the race detector has ended the program.
func (r *run) failIfRaced(s *server) {
	if !s.detects || !s.proc.Ended() || s.proc.Exit().Code != raceExit {
		return
	}
	f := Failure{Want: "no data race", Got: explainRace("")}
	if output := s.proc.Output(); strings.Contains(output, raceMark) {
		f.Got, f.Output = explainRace(output), raceReport(output)
	}
	r.fail(f)
}

// raceReport is the first report in an output, without the lines around it.
func raceReport(output string) string {
	_, report, _ := strings.Cut(output, raceMark)
	report, _, _ = strings.Cut(report, "\n==================")
	return raceMark + report
}

var (
	accessLine = regexp.MustCompile(`^(?:Previous )?([Aa]tomic )?([Rr]ead|[Ww]rite) at 0x[0-9a-f]+ by `)
	frameFile  = regexp.MustCompile(`^\s+(\S.*):([0-9]+) \+0x[0-9a-f]+$`)
	phaseFile  = regexp.MustCompile(`^echofromzero/phases/[^/]+/(.+)$`) // -trimpath made it so
	ourPackage = regexp.MustCompile(`^(?:main|echofromzero/phases/[^()]+?)\.`)
	closure    = regexp.MustCompile(`(?:\.func[0-9]+|\.gowrap[0-9]+|\.[0-9]+|-range[0-9]+)+$`)
)

// explainRace says in plain words what the first report tells: which two accesses
// meet, and at which lines of the learner's.
func explainRace(output string) string {
	var verbs, places []string
	lines := strings.Split(raceReport(output), "\n")
	for i, line := range lines {
		if m := accessLine.FindStringSubmatch(line); m != nil {
			verbs = append(verbs, strings.ToLower(m[2]))
			places = append(places, ownFrame(lines[i+1:]))
		}
	}
	text := "two goroutines use the same memory, and at least one of them writes"
	if len(verbs) != 2 {
		return text
	}
	if verbs[0] != "write" && verbs[1] == "write" { // the write is told first
		verbs[0], verbs[1], places[0], places[1] = verbs[1], verbs[0], places[1], places[0]
	}
	if places[0] == places[1] {
		return fmt.Sprintf("%s:\nboth %s", text, places[0])
	}
	return fmt.Sprintf("%s:\none %ss %s\nthe other %ss %s", text, verbs[0], places[0], verbs[1], places[1])
}

// ownFrame is the first frame of a stack that is the learner's: "at store.go:31, in
// (*memory).create".
func ownFrame(stack []string) string {
	for i := 0; i+1 < len(stack) && strings.TrimSpace(stack[i]) != ""; i++ {
		m := frameFile.FindStringSubmatch(stack[i+1])
		if m == nil || !ourPackage.MatchString(strings.TrimSpace(stack[i])) {
			continue
		}
		name := path.Base(filepath.ToSlash(m[1]))
		if file := phaseFile.FindStringSubmatch(m[1]); file != nil {
			name = file[1]
		}
		return fmt.Sprintf("at %s:%s, in %s", name, m[2], functionName(stack[i]))
	}
	return "in a place that the report does not name"
}

// functionName is a function as its author calls it: "main.(*memory).create.func1()"
// is (*memory).create.
func functionName(frame string) string {
	name := strings.TrimSuffix(strings.TrimSpace(frame), "()")
	name = ourPackage.ReplaceAllString(name, "")
	return closure.ReplaceAllString(name, "")
}
