package catalog_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"echofromzero/grader/internal/catalog"
)

// seeds adds the course's own files to a fuzz target's corpus.
func seeds(f *testing.F, pattern string) {
	f.Helper()
	files, err := filepath.Glob("../../../" + pattern)
	if err != nil || len(files) == 0 {
		f.Fatalf("no seed in %s: %v", pattern, err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
}

// placed fails unless an error is a defect with a place in the data.
func placed(t *testing.T, err error, data []byte) {
	t.Helper()
	var defect *catalog.Error
	if !errors.As(err, &defect) {
		t.Fatalf("%v is no *catalog.Error", err)
	}
	if lines := strings.Count(string(data), "\n") + 1; defect.Msg == "" || defect.Line > lines || defect.Col < 0 {
		t.Fatalf("%v: the data has %d lines", err, lines)
	}
}

// FuzzQuiz ensures that any bytes are a sound quiz or an error that names its place.
func FuzzQuiz(f *testing.F) {
	seeds(f, "quiz/0*.json")
	for _, s := range []string{"", "[", "[{}]", `[{"q":null}]`, `[{"answer":1e99}]`, "[{\"q\":\"\\ud800\"}]", "\xff"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		questions, err := catalog.ParseQuiz("quiz/x.json", data)
		if err != nil {
			placed(t, err, data)
			return
		}
		for _, q := range questions {
			if q.Kind == "" && (q.Answer < 0 || q.Answer >= len(q.Choices)) || q.Q == "" {
				t.Fatalf("%+v", q)
			}
		}
	})
}

// FuzzSuite ensures that any bytes are a script with checks or an error that names its
// place, and that a script keeps its lines and files.
func FuzzSuite(f *testing.F) {
	seeds(f, "phases/0*/.hidden/suite/*.txtar")
	for _, s := range []string{"# t\n# it's\nstatus 1", "# t\n# c\n[a] ! stop", "# t\n# c\n'a''b", "# t\r\n# c\r\nstatus 2\r\n-- a --\n-- b --"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := catalog.ParseSuite("suite/x.txtar", data, "")
		if err != nil {
			placed(t, err, data)
			return
		}
		before, after := txtar.Parse(data), txtar.Parse(s.Script)
		if len(s.Checks) == 0 || len(before.Files) != len(after.Files) {
			t.Fatalf("%d checks, %d files of %d", len(s.Checks), len(after.Files), len(before.Files))
		}
		if a, b := strings.Count(string(before.Comment), "\n"), strings.Count(string(after.Comment), "\n"); a != b {
			t.Fatalf("%d lines became %d", a, b)
		}
	})
}

// FuzzMutant ensures that any bytes are a mutant with edits or an error that names its
// place.
func FuzzMutant(f *testing.F) {
	seeds(f, "phases/0*/.hidden/mutants/*.txtar")
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := catalog.ParseMutant("mutants/x.txtar", data)
		if err != nil {
			placed(t, err, data)
			return
		}
		if m.Title == "" || len(m.Kills) == 0 || len(m.Edits) == 0 {
			t.Fatalf("%+v", m)
		}
	})
}
