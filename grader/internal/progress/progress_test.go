package progress

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"echofromzero/grader/internal/catalog"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t testing.TB, root string) *Store {
	t.Helper()
	s, err := Open(root, func() time.Time { return noon })
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func update(t testing.TB, s *Store, fn func(*State)) {
	t.Helper()
	err := s.Update(context.Background(), func(st *State) error { fn(st); return nil })
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, s *Store) State {
	t.Helper()
	st, err := s.Read()
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func write(t testing.TB, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o666); err != nil {
		t.Fatal(err)
	}
}

func names(t testing.TB, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var n []string
	for _, e := range entries {
		n = append(n, e.Name())
	}
	return n
}

func TestOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	for _, root := range []string{file, filepath.Join(file+"s", "none")} {
		if _, err := Open(root, time.Now); err == nil {
			t.Errorf("Open(%s) succeeded", root)
		}
	}
}

// Ensure that what is recorded comes back the same from the file.
func TestRoundTrip(t *testing.T) {
	root := t.TempDir()
	var kept State
	update(t, open(t, root), func(st *State) {
		st.Current = "1.2"
		st.Record("1.1", Attempt{Status: "pass", Points: 10, Green: strings.Repeat("a", 64)}, noon)
		st.Record("1.2", Attempt{Status: "fail"}, noon.Add(time.Minute+time.Nanosecond))
		st.TakeHint("1.2")
		st.GiveUp("1.2")
		st.AddQuiz("01", QuizRun{Time: noon, Score: 4, Of: 5, Missed: []string{"q3"}})
		kept = *st
	})
	if got := read(t, open(t, root)); !reflect.DeepEqual(got, kept) {
		t.Errorf("got  %+v\nwant %+v", got, kept)
	}
}

// Ensure that reading makes nothing, whatever is or is not there.
func TestReadMakesNothing(t *testing.T) {
	root := t.TempDir()
	s := open(t, root)
	if st := read(t, s); !reflect.DeepEqual(st, fresh()) {
		t.Errorf("got %+v, want a fresh state", st)
	}
	if _, err := s.Green("01", strings.Repeat("a", 64)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Green: %v, want fs.ErrNotExist", err)
	}
	if n := names(t, root); len(n) > 0 {
		t.Errorf("made %v", n)
	}
}

// Ensure that ids and members of a newer course and grader outlive an update.
func TestUnknownKept(t *testing.T) {
	root := t.TempDir()
	s := open(t, root)
	write(t, s.path(fileName), []byte(`{"format":1,"theme":{"dark":true},
		"exercises":{"99.9":{"status":"pass","best":10,"last":10,"attempts":1,"hints":0,"gave_up":false,"stars":[1,2]}},
		"quizzes":{"99":{"runs":[{"time":"2026-01-01T00:00:00Z","score":1,"of":2,"mood":"good"}],"tries":7}}}`))
	update(t, s, func(st *State) { st.Record("1.1", Attempt{Status: "fail"}, noon) })
	data, err := os.ReadFile(s.path(fileName))
	if err != nil {
		t.Fatal(err)
	}
	flat := strings.Join(strings.Fields(string(data)), "")
	for _, want := range []string{`"theme":{"dark":true}`, `"99.9":{"status":"pass"`, `"stars":[1,2]`, `"mood":"good"`, `"tries":7`, `"1.1":`} {
		if !strings.Contains(flat, want) {
			t.Errorf("%s is lost from %s", want, flat)
		}
	}
}

// Ensure that a member whose name differs from a known one only in case, which
// encoding/json takes for it, is not written twice.
func TestOtherCase(t *testing.T) {
	st, err := decode([]byte(`{"format":1,"exercises":{"1.1":{"Best":3}}}`))
	if err != nil {
		t.Fatal(err)
	}
	st.Record("1.1", Attempt{Status: "pass", Points: 10}, noon)
	data, err := encode(st)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := decode(data); err != nil || again.Exercises["1.1"].Best != 10 {
		t.Errorf("best %d, %v; want 10", again.Exercises["1.1"].Best, err)
	}
}

// Ensure that a function's error writes nothing, and that an update without a
// change leaves the file alone.
func TestUpdateWritesOnlyChanges(t *testing.T) {
	s := open(t, t.TempDir())
	update(t, s, func(st *State) { st.TakeHint("1.1") })
	before, err := os.Stat(s.path(fileName))
	if err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	err = s.Update(context.Background(), func(st *State) error { st.TakeHint("1.1"); return boom })
	if err != boom {
		t.Errorf("got %v, want the function's own error", err)
	}
	update(t, s, func(*State) {})
	after, err := os.Stat(s.path(fileName))
	if err != nil {
		t.Fatal(err)
	}
	if !os.SameFile(before, after) {
		t.Error("the file was written again")
	}
	if h := read(t, s).Exercises["1.1"].Hints; h != 1 {
		t.Errorf("%d hints, want 1", h)
	}
}

func TestRecord(t *testing.T) {
	pass := Attempt{Status: "pass", Points: 10, Green: "g1"}
	for name, c := range map[string]struct {
		attempts []Attempt
		want     Exercise
	}{
		"FailAfterPass": {[]Attempt{pass, {Status: "fail"}},
			Exercise{Status: "fail", Best: 10, Attempts: 2, FirstPass: noon, LastPass: noon, LastTry: noon.Add(time.Hour), Green: "g1"}},
		"PassAgain": {[]Attempt{pass, {Status: "pass", Points: 10, Green: "g2"}},
			Exercise{Status: "pass", Best: 10, Last: 10, Attempts: 2, FirstPass: noon, LastPass: noon.Add(time.Hour), LastTry: noon.Add(time.Hour), Green: "g2"}},
		"PassFromCache": {[]Attempt{pass, {Status: "pass", Points: 10, Cached: true}},
			Exercise{Status: "pass", Best: 10, Last: 10, Attempts: 1, FirstPass: noon, LastPass: noon, LastTry: noon, Green: "g1"}},
		"OnlyFromCache": {[]Attempt{{Status: "pass", Points: 10, Cached: true}},
			Exercise{Status: "pass", Best: 10, Last: 10, FirstPass: noon, LastPass: noon}},
		"Broken": {[]Attempt{pass, {Status: "broken"}},
			Exercise{Status: "pass", Best: 10, Last: 10, Attempts: 1, FirstPass: noon, LastPass: noon, LastTry: noon, Green: "g1"}},
		"NotRun": {[]Attempt{pass, {Status: "not_run"}},
			Exercise{Status: "not_run", Best: 10, Last: 10, Attempts: 1, FirstPass: noon, LastPass: noon, LastTry: noon, Green: "g1"}},
		"Unstable": {[]Attempt{{Status: "unstable"}},
			Exercise{Status: "unstable", Attempts: 1, LastTry: noon}},
	} {
		t.Run(name, func(t *testing.T) {
			st := fresh()
			for i, a := range c.attempts {
				st.Record("1.1", a, noon.Add(time.Duration(i)*time.Hour))
			}
			if got := st.Exercises["1.1"]; !reflect.DeepEqual(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestHintsAndGivingUp(t *testing.T) {
	st := fresh()
	var got []int
	for range catalog.HintRungs + 2 {
		got = append(got, st.TakeHint("1.1"))
	}
	if want := []int{1, 2, 3, 4, 4, 4}; !reflect.DeepEqual(got, want) {
		t.Errorf("hints %v, want %v", got, want)
	}
	st.Record("1.2", Attempt{Status: "pass", Points: 10}, noon)
	st.GiveUp("1.1")
	st.GiveUp("1.2")
	if !st.Exercises["1.1"].GaveUp || st.Exercises["1.2"].GaveUp {
		t.Errorf("gave up %v and %v, want true and, after a pass, false", st.Exercises["1.1"].GaveUp, st.Exercises["1.2"].GaveUp)
	}
}

func TestQuizBest(t *testing.T) {
	if _, ok := (Quiz{}).Best(); ok {
		t.Error("a quiz without a run has a best one")
	}
	q := Quiz{Runs: []QuizRun{{Score: 3, Of: 5}, {Score: 3, Of: 4}, {Score: 6, Of: 8}, {Score: 0, Of: 0}}}
	if best, ok := q.Best(); !ok || best.Score != 3 || best.Of != 4 {
		t.Errorf("best %+v, want 3 of 4", best)
	}
}
