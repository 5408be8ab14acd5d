package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/golden"
	"echofromzero/grader/internal/grade"
)

// everything is a verdict in which each field is set somewhere.
func everything() grade.Verdict {
	v := routing()
	v.Isolation, v.Seed, v.Elapsed = "namespaces", 1<<64-1, 912*time.Millisecond
	v.Notes = []string{"seed.go is given: the grader builds with its own copy."}
	v.Build = grade.Build{OK: true, Cached: true, Took: 331 * time.Millisecond}
	v.Exercises[0].Failure.Got = hostile + "\u009b<&>\U000e0041"
	v.Exercises[0].Failure.Output = "listening\n"
	v.Exercises[0].Failure.Crash = true
	v.Exercises = append(v.Exercises,
		pass("2.8", "Passed"),
		grade.Result{ID: "2.9", Title: "Broken", Level: catalog.Core, Status: grade.Broken, Max: 10, Reason: "no port was free"},
		grade.Result{ID: "2.10", Title: "Unstable", Level: catalog.Core, Status: grade.Unstable, Max: 10, Failure: &grade.Failure{Check: "n is 20"}, Cached: true})
	return v
}

// TestJSON holds the format: a change of these files is a change of what other
// programs read.
func TestJSON(t *testing.T) {
	var one, all bytes.Buffer
	if err := JSON(&one, everything()); err != nil {
		t.Fatal(err)
	}
	golden.File(t, "json", one.Bytes())
	if err := JSONAll(&all, []grade.Verdict{unbuilt(), {Phase: "02-routing"}}); err != nil {
		t.Fatal(err)
	}
	golden.File(t, "json-all", all.Bytes())
}

// TestJSONLossless ensures that the escapes give back what the program wrote.
func TestJSONLossless(t *testing.T) {
	const got = "\x1b[2J\r\n\x00\x7f\u009b\u202e\u200b\U000e0041<&>\u2028 世界"
	v := hello(miss("1.1", "Say hello", &grade.Failure{Got: got}))
	var b bytes.Buffer
	if err := JSON(&b, v); err != nil {
		t.Fatal(err)
	}
	if text := b.String(); Sanitize(text) != text {
		t.Errorf("has what a terminal acts on: %q", text)
	}
	var doc struct {
		Exercises []struct{ Failure struct{ Got string } }
	}
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if back := doc.Exercises[0].Failure.Got; back != got {
		t.Errorf("got %q back, want %q", back, got)
	}
}

type closed struct{}

var errClosed = errors.New("closed pipe")

func (closed) Write([]byte) (int, error) { return 0, errClosed }

// TestWriter ensures that every screen gives the writer's error back.
func TestWriter(t *testing.T) {
	for _, sc := range screens() {
		if err := sc.draw(closed{}, Style{}); !errors.Is(err, errClosed) {
			t.Errorf("%s: %v", sc.name, err)
		}
	}
	if err := JSON(closed{}, grade.Verdict{}); !errors.Is(err, errClosed) {
		t.Errorf("JSON: %v", err)
	}
	if err := JSONAll(closed{}, nil); !errors.Is(err, errClosed) {
		t.Errorf("JSONAll: %v", err)
	}
}
