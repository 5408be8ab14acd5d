package suite

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"echofromzero/grader/internal/catalog"
)

const manual = "../../../docs/suites.md"

// docBlock is one fenced block of the manual.
type docBlock struct {
	tag, text string
	line      int
}

var fence = regexp.MustCompile("(?ms)^```([a-z-]+)\n(.*?)^```$")

func docBlocks(t *testing.T) (doc string, list []docBlock) {
	t.Helper()
	data, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	doc = strings.ReplaceAll(string(data), "\r\n", "\n") // as git may have it on Windows
	for _, m := range fence.FindAllStringSubmatchIndex(doc, -1) {
		list = append(list, docBlock{tag: doc[m[2]:m[3]], text: doc[m[4]:m[5]], line: 1 + strings.Count(doc[:m[0]], "\n")})
	}
	return doc, list
}

// Ensure that each suite of the manual does what the manual says: it passes, or
// gives the text shown below it.
func TestManual(t *testing.T) {
	t.Parallel()
	_, blocks := docBlocks(t)
	ran := map[string]int{}
	ids := map[string]bool{}
	for i, b := range blocks {
		if !strings.HasPrefix(b.tag, "suite") {
			continue
		}
		program := "example"
		if tag, ok := strings.CutSuffix(b.tag, "-live"); ok {
			b.tag, program = tag, "live"
		}
		ran[b.tag]++
		id, _, _ := strings.Cut(strings.TrimPrefix(b.text, "# "), " ")
		if ids[id] {
			t.Errorf("line %d: the id %s is there twice", b.line, id)
		}
		ids[id] = true
		shown := ""
		if b.tag != "suite" {
			if i+1 == len(blocks) || blocks[i+1].tag != "text" {
				t.Fatalf("line %d: no text block says what it gives", b.line)
			}
			shown = blocks[i+1].text
		}
		t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) {
			t.Parallel()
			sameString(t, "what it gives", gives(t, b, id, program), shown)
		})
	}
	for tag, least := range map[string]int{"suite": 10, "suite-fails": 3, "suite-broken": 1} {
		if ran[tag] < least {
			t.Errorf("%d blocks %s were found, at least %d are there", ran[tag], tag, least)
		}
	}
}

// gives runs a block; nothing, if it does pass and should.
func gives(t *testing.T, b docBlock, id, program string) string {
	t.Helper()
	name := map[string]string{"suite-broken": "suite/" + id + "-slip.txtar"}[b.tag]
	s, err := catalog.ParseSuite(name, []byte(b.text), "")
	if err != nil {
		t.Fatal(err)
	}
	if s.Race && b.tag != "suite" && raced == "" {
		t.Skip("there is no race detector here")
	}
	o := Options{Program: programs[program], Race: raced, Release: released, Version: releasedAs, Number: "09", Dir: "phases/09-caching", Seed: 1,
		Files: exampleFiles(t), Scratch: t.TempDir(), Postgres: cluster}
	for _, test := range s.Tests {
		o.Tests = append(o.Tests, calcTests(t, test, calcFile(t, test.File), wrongCalc, rightCalc))
	}
	out, err := Run(t.Context(), id, s, o)
	if err != nil {
		t.Fatal(err)
	}
	if out.NotRun != "" { // on Windows, where no program can be sent SIGTERM
		t.Skipf("not run here: %s", out.NotRun)
	}
	switch {
	case b.tag == "suite" && out.Passed():
		return ""
	case b.tag == "suite-fails" && out.Failure != nil:
		return failureText(out.Failure)
	case b.tag == "suite-broken" && out.Broken != "":
		return out.Broken + "\n"
	}
	t.Fatalf("is tagged %s, and gives %s", b.tag, outcomeText(out))
	return ""
}

// exampleFiles are what `dockerfile` reads of the example.
func exampleFiles(t *testing.T) catalog.Files {
	t.Helper()
	data, err := os.ReadFile("testdata/example/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	return catalog.Files{"Dockerfile": []byte(strings.ReplaceAll(string(data), "\r\n", "\n"))}
}

func failureText(f *Failure) string {
	var b strings.Builder
	part := func(name string, texts ...string) {
		for _, text := range texts {
			if text != "" {
				fmt.Fprintf(&b, "%s: %s\n", name, strings.TrimRight(text, "\n"))
			}
		}
	}
	part("check", f.Check)
	part("first", f.Prepare...)
	part("environment", f.Env...)
	part("before", f.Setup...)
	part("request", f.Request)
	part("want", f.Want)
	part("got", f.Got)
	part("hint", f.Hint)
	return b.String()
}

// Ensure that the manual has the usage of every command, and a suite that uses it.
func TestManualIsComplete(t *testing.T) {
	t.Parallel()
	doc, blocks := docBlocks(t)
	used := map[string]bool{}
	for _, b := range blocks {
		if b.tag != "suite" && b.tag != "suite-live" {
			continue
		}
		for line := range strings.Lines(b.text) {
			words := strings.Fields(line)
			for len(words) > 0 && (words[0] == "!" || strings.HasPrefix(words[0], "[")) {
				words = words[1:]
			}
			if len(words) > 0 {
				used[words[0]] = true
			}
		}
	}
	commands := table()
	delete(commands, "check") // made from a section's sentence, never written
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		if !used[name] {
			t.Errorf("no suite of %s uses %s", manual, name)
		}
		usage := commands[name].usage
		if slices.Contains(methods, name) {
			usage = strings.Replace(usage, name, "GET", 1)
			if !strings.Contains(doc, "`"+name+"`") && name != "GET" {
				t.Errorf("%s does not name `%s`", manual, name)
			}
		}
		if !strings.Contains(doc, "\n"+usage+"\n") {
			t.Errorf("%s does not say: %s", manual, usage)
		}
	}
}
