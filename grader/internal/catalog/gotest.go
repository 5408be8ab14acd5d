package catalog

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// Defaults of a Test.
const (
	testFor    = 20 * time.Second // of fuzzing
	testWithin = 20 * time.Second // of one run of the tests
)

// TestUsage is how a suite calls `gotest`.
const TestUsage = "gotest right|wrong [-race] [-fuzz FuzzX] [-for 20s] [-within 20s] [-data DIR]… [-with FILE]… FILE"

// A Test is what `gotest` lines of a suite say of one test file of the learner's.
type Test struct {
	File   string        // "crud_test.go"
	Data   []string      // folders of the learner's that go with it: "testdata/script"
	With   []string      // files of the reference that go with it: "script_run_test.go"
	Race   bool          // it is built with the race detector
	Fuzz   string        // the fuzz target to run, or ""
	For    time.Duration // how long a wrong program is fuzzed
	Within time.Duration // how long the tests may take
}

// ParseTest reads the arguments of `gotest`. The first of them says which programs
// the line is about, right or wrong ones.
func ParseTest(args []string) (t Test, right bool, err error) {
	t = Test{For: testFor, Within: testWithin}
	if len(args) < 2 || args[0] != "right" && args[0] != "wrong" {
		return t, false, fmt.Errorf("gotest: it takes right or wrong, and a test file; usage: %s", TestUsage)
	}
	right, args = args[0] == "right", args[1:]
	for ; len(args) > 1; args = args[1:] {
		option, value := args[0], args[1]
		switch option {
		case "-race":
			t.Race = true
			continue
		case "-fuzz":
			t.Fuzz = value
		case "-data":
			t.Data = append(t.Data, value)
		case "-with":
			t.With = append(t.With, value)
		case "-for":
			t.For, err = time.ParseDuration(value)
		case "-within":
			t.Within, err = time.ParseDuration(value)
		default:
			return t, right, fmt.Errorf("gotest: %q is no option; usage: %s", option, TestUsage)
		}
		args = args[1:]
		if err != nil || t.For <= 0 || t.Within <= 0 {
			return t, right, fmt.Errorf("gotest: %s takes a duration such as 20s", option)
		}
	}
	if len(args) == 0 {
		return t, right, fmt.Errorf("gotest: the test file comes last; usage: %s", TestUsage)
	}
	t.File = args[0]
	for _, name := range append(slices.Clone(t.With), t.File) {
		if path.Base(name) != name || !strings.HasSuffix(name, "_test.go") {
			return t, right, fmt.Errorf("gotest: %q is no test file of the phase's own folder, such as crud_test.go", name)
		}
	}
	for _, dir := range t.Data {
		if path.Clean(dir) != dir || !strings.HasPrefix(dir, "testdata/") {
			return t, right, fmt.Errorf("gotest: -data %q is no folder below testdata/", dir)
		}
	}
	return t, right, nil
}

// Key tells tests apart: what has the same key is run once.
func (t Test) Key() string { return fmt.Sprintf("%+v", t) }

// Reads are the learner's files that the test is made of. That may be none.
func (t Test) Reads(files Files) Files {
	own := Files{}
	for name, data := range files {
		in := func(dir string) bool { return strings.HasPrefix(name, dir+"/") }
		if name == t.File || slices.ContainsFunc(t.Data, in) {
			own[name] = data
		}
	}
	return own
}
