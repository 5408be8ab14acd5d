package progress

import (
	"bytes"
	"os"
	"reflect"
	"strings"
	"testing"
)

func TestDamaged(t *testing.T) {
	for name, c := range map[string]struct{ data, notice string }{
		"Empty":     {"", "damaged or cut short"},
		"Truncated": {`{"format":1,"exercises":{"1.1":{`, "damaged or cut short"},
		"Foreign":   {`{"name":"left-pad"}`, "no progress file"},
		"NotObject": {`[1,2]`, "no progress file"},
		"Null":      {`null`, "no progress file"},
		"Newer":     {`{"format":2}`, "newer grader"},
		"Older":     {`{"format":0}`, "unknown format 0"},
		"WrongType": {`{"format":1,"exercises":{"1.1":{"best":"ten"}}}`, "damaged"},
		"Binary":    {"\x00\x01\x02", "damaged"},
		"Huge":      {strings.Repeat(" ", maxSize) + `{"format":1}`, "larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			first := s.path("progress.json.broken-20260301T120000Z")
			for _, aside := range []string{first, first + "-2"} {
				write(t, s.path(fileName), []byte(c.data))
				if st := read(t, s); !reflect.DeepEqual(st, fresh()) {
					t.Errorf("got %+v, want a fresh state", st)
				}
				if n := s.Notices(); len(n) != 1 || !strings.Contains(n[0], c.notice) || !strings.Contains(n[0], aside+" ") {
					t.Errorf("notices %q, want one with %q and %s", n, c.notice, aside)
				}
			}
			for _, aside := range []string{first, first + "-2"} {
				if data, err := os.ReadFile(aside); err != nil || string(data) != c.data {
					t.Errorf("%s: %v, or not the bytes of before", aside, err)
				}
			}
			update(t, s, func(st *State) { st.TakeHint("1.1") })
			if h := read(t, s).Exercises["1.1"].Hints; h != 1 || len(s.Notices()) != 0 {
				t.Errorf("%d hints after an update, want 1 and no notice", h)
			}
		})
	}
}

// Ensure that an update finds a damaged file just as a read does.
func TestDamagedUpdate(t *testing.T) {
	s := open(t, t.TempDir())
	write(t, s.path(fileName), []byte("{"))
	update(t, s, func(st *State) { st.TakeHint("1.1") })
	if n := s.Notices(); len(n) != 1 || !strings.Contains(n[0], "moved to") {
		t.Errorf("notices %q", n)
	}
	if st := read(t, s); st.Exercises["1.1"].Hints != 1 {
		t.Errorf("got %+v", st)
	}
}

// Ensure that a file cut at any byte is either whole or set aside.
func TestTruncatedAnywhere(t *testing.T) {
	root := t.TempDir()
	s := open(t, root)
	update(t, s, func(st *State) {
		st.Record("1.1", Attempt{Status: "pass", Points: 10}, noon)
		st.AddQuiz("01", QuizRun{Time: noon, Score: 1, Of: 2, Missed: []string{"q1"}})
	})
	whole, err := os.ReadFile(s.path(fileName))
	if err != nil {
		t.Fatal(err)
	}
	want := read(t, s)
	for n := range len(whole) + 1 {
		write(t, s.path(fileName), whole[:n])
		got, err := s.Read()
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		notices := s.Notices()
		switch {
		case len(notices) == 0 && !reflect.DeepEqual(got, want):
			t.Fatalf("cut at %d: read as %+v", n, got)
		case len(notices) == 1 && !reflect.DeepEqual(got, fresh()), len(notices) > 1:
			t.Fatalf("cut at %d: %+v, notices %q", n, got, notices)
		}
	}
	aside := 0
	for _, name := range names(t, s.path()) {
		if strings.HasPrefix(name, fileName+".broken-") {
			aside++
		}
	}
	if want := len(whole) - 1; aside != want { // only the last newline can go
		t.Errorf("%d files set aside, want %d", aside, want)
	}
}

// Ensure that no content of the file panics, and that what can be read can be
// written and read again without a change.
func FuzzRead(f *testing.F) {
	st := fresh()
	st.Record("1.1", Attempt{Status: "pass", Points: 10}, noon)
	st.AddQuiz("01", QuizRun{Time: noon, Score: 1, Of: 2})
	whole, err := encode(st)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Add([]byte(`{"format":1,"Best":1,"exercises":{"1.1":null,"x":{"Best":3,"new":{}}},"quizzes":null}`))
	f.Add([]byte(`{"format":2}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		st, err := decode(data)
		if err != nil {
			return
		}
		first, err := encode(st)
		if err != nil {
			t.Fatalf("a state that was read cannot be written: %v", err)
		}
		again, err := decode(first)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, first)
		}
		second, err := encode(again)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("%v, or two writes differ:\n%s\n%s", err, first, second)
		}
	})
}
