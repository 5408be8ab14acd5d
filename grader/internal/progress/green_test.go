package progress

import (
	"bytes"
	"maps"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"echofromzero/grader/internal/catalog"
)

// awkward holds what a txtar cannot hold as it is.
var awkward = catalog.Files{
	"main.go":         []byte("package main\n"),
	"empty.txt":       {},
	"no-newline.txt":  []byte("last line"),
	"marker.txt":      []byte("one\n-- two.txt --\nthree\n"),
	"marker-end.txt":  []byte("one\n-- two.txt --"),
	"crlf.txt":        []byte("-- a --\r\nb\r\n"),
	"binary.bin":      {0, 1, 2, 0xff, '\n'},
	"quoted.txt":      []byte(">-- x --\n"),
	"testdata/ü/x.go": []byte("package ü\n"),
	" spaced .txt":    []byte("x\n"),
	"two\nlines.txt":  []byte("x\n"),
	`"quoted".txt`:    []byte("no newline"),
	"bad\xffname.txt": []byte("x\n"),
}

func equal(a, b catalog.Files) bool { return maps.EqualFunc(a, b, bytes.Equal) }

func TestGreenRoundTrip(t *testing.T) {
	s := open(t, t.TempDir())
	hash, err := s.SaveGreen("01", awkward)
	if err != nil {
		t.Fatal(err)
	}
	got, err := s.Green("01", hash)
	if err != nil || !equal(got, awkward) {
		t.Errorf("%v; got %q\nwant %q", err, got, awkward)
	}
	again, err := s.SaveGreen("01", awkward.Clone())
	if err != nil || again != hash {
		t.Errorf("saved again as %s, %v; want %s", again, err, hash)
	}
	if n := names(t, s.path("green", "01")); len(n) != 1 {
		t.Errorf("kept %v, want one file", n)
	}
}

func TestPackRandom(t *testing.T) {
	pieces := []string{"-- ", " --", "\n", "\r", "a", ">", "\n-- a --\n", "base64 ", "é", "\xff", `"`}
	random := func() string {
		var b strings.Builder
		for range rand.IntN(6) {
			b.WriteString(pieces[rand.IntN(len(pieces))])
		}
		return b.String()
	}
	for range 5000 {
		files := catalog.Files{}
		for range rand.IntN(4) {
			files["x"+random()] = []byte(random())
		}
		got, err := unpack(pack(files))
		if err != nil || !equal(got, files) {
			t.Fatalf("%v; got %q\nwant %q", err, got, files)
		}
	}
}

func TestGreenErrors(t *testing.T) {
	s := open(t, t.TempDir())
	hash, err := s.SaveGreen("01", awkward)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s.greenPath("01", hash), []byte("-- main.go --\nother\n"))
	for name, c := range map[string]struct{ phase, hash, want string }{
		"Damaged": {"01", hash, "damaged"},
		"Path":    {"..", hash, "not a snapshot"},
		"Hash":    {"01", "../../progress", "not a snapshot"},
	} {
		if _, err := s.Green(c.phase, c.hash); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want an error with %q", name, err, c.want)
		}
	}
	if _, err := s.SaveGreen("../x", nil); err == nil {
		t.Error("SaveGreen took ../x for a phase")
	}
	if again, err := s.SaveGreen("01", awkward); err != nil || again != hash {
		t.Error(again, err)
	}
	if got, err := s.Green("01", hash); err != nil || !equal(got, awkward) {
		t.Errorf("a damaged snapshot is not written anew: %v", err)
	}
}

// Ensure that a sweep takes old snapshots that nothing names, old temporary
// files, and nothing else.
func TestSweep(t *testing.T) {
	s := open(t, t.TempDir())
	save := func(text string) string {
		hash, err := s.SaveGreen("01", catalog.Files{"main.go": []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		return hash
	}
	named, stale, recent := save("named"), save("stale"), save("recent")
	temp := "." + stale + ".txtar123"
	write(t, s.path("green", "01", temp), nil)
	write(t, s.path("green", "01", "."+recent+".txtar456"), nil)
	write(t, s.path("green", "01", "mine.txt"), nil)
	write(t, s.path(".progress.json789"), nil)
	write(t, s.path(".progress.json.mine"), nil)
	old := time.Now().Add(-2 * greenGrace)
	for _, name := range []string{named + ".txtar", stale + ".txtar", temp, "mine.txt"} {
		if err := os.Chtimes(s.path("green", "01", name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	update(t, s, func(st *State) { st.Record("1.1", Attempt{Status: "pass", Green: named}, noon) })

	want := map[string]bool{named + ".txtar": true, recent + ".txtar": true, "." + recent + ".txtar456": true, "mine.txt": true}
	got := map[string]bool{}
	for _, name := range names(t, s.path("green", "01")) {
		got[name] = true
	}
	if !maps.Equal(got, want) {
		t.Errorf("left %v\nwant %v", got, want)
	}
	if got, want := names(t, s.path()), []string{".progress.json.mine", "green", fileName, lockName}; !reflect.DeepEqual(got, want) {
		t.Errorf("left %v, want %v", got, want)
	}
}

func TestDiff(t *testing.T) {
	old := catalog.Files{"a.go": []byte("one\ntwo\n"), "gone.go": []byte("x\n"), "same.go": []byte("s\n"), "bin": {0, 1}, "was-empty": {}}
	now := catalog.Files{"a.go": []byte("one\n2"), "new.go": []byte("y\n"), "same.go": []byte("s\n"), "bin": {0, 2}}
	want := `diff a/phases/01-hello/a.go b/phases/01-hello/a.go
--- a/phases/01-hello/a.go
+++ b/phases/01-hello/a.go
@@ -1,2 +1,2 @@
 one
-two
+2
\ No newline at end of file
Binary files a/phases/01-hello/bin and b/phases/01-hello/bin differ
diff a/phases/01-hello/gone.go /dev/null
--- a/phases/01-hello/gone.go
+++ /dev/null
@@ -1,1 +0,0 @@
-x
diff /dev/null b/phases/01-hello/new.go
--- /dev/null
+++ b/phases/01-hello/new.go
@@ -0,0 +1,1 @@
+y
diff a/phases/01-hello/was-empty /dev/null
--- a/phases/01-hello/was-empty
+++ /dev/null
`
	if got := string(Diff(old, now, "phases/01-hello")); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := Diff(old, old.Clone(), "p"); got != nil {
		t.Errorf("equal sets differ: %s", got)
	}
	if got := Diff(nil, nil, ""); got != nil {
		t.Errorf("no sets differ: %s", got)
	}
}
