package report

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

const lessonText = "# 03 A *title* with `code`\n\n" +
	"## Goal\n\nText with `grader check 3.1`, **strong**, *emphasis*, a [page](https://go.dev/dl/), a [lesson](../02-routing/README.md),\n" +
	"<https://example.com> and 1 &lt; 2 \\*as is\\*.  \nA line of its own.\n\n" +
	"```mermaid\nflowchart LR\n  A[\"/api/v1/articles\"] -->|ends here| B[GET list] --> C --> D[a node with a longer text] -->|and a longer label| E[end]\n  C -.error or nil.-> A\n```\n\n" +
	"```mermaid\nstateDiagram-v2\n  [*] --> Closed\n  Closed --> Open: so many failures\n```\n\n" +
	"```mermaid\nsequenceDiagram\n  a->>b: hello\n```\n\n" +
	"### Exercise 3.1: The id\n\n" +
	"```go\npackage main\n\n// A comment.\nfunc main() {\n\tconst text = `raw\nlines`\n\tfmt.Println(\"a string that is so long that it does not fit into a narrow terminal at all\", 'x', 1.5, text)\n}\n```\n\n" +
	"<!-- edit: a => b -->\n```console\n$ curl -i \\\n  http://localhost:8080/\nHTTP/1.1 200 OK\n# no comment\n```\n\n" +
	"```sh\n# a comment\ngrader check 3.1\n```\n\n```json\n{\"a\": [1, true]}\n```\n\n```text\njust text\n```\n\n" +
	"| answer | write | why this one and not another |\n| --- | --- | --- |\n| text | `c.String(200, \"a\\|b\")` | it is what a client of that kind asks for, and nothing else |\n| JSON | `c.JSON(200, value)` | |\n\n" +
	"- One.\n- Two, which is long enough to be wrapped at the width of a narrow terminal, and of a wide one as well, if it goes on.\n  1. inner\n  2. numbered\n- `code` first\n\n3. Third?\n\n<details><summary>Answer</summary>\n\n400: the first one wins.\n\n</details>\n\n" +
	"4. Fourth.\n\n> Quoted, at such a length that it has to be wrapped when the terminal is only sixty columns wide.\n\n---\n\n#### What just happened\n\n" +
	"<p>A paragraph</p>\n\nInline <b>tags</b> <!-- and comments --> go.\n\n    indented\n\n" +
	"## Where people trip\n\n- Everywhere.\n\n## Recap\n\nDone.\n"

func lessons() []screen {
	draw := func(name, text string) screen {
		return screen{name: "lesson-" + name, draw: func(w io.Writer, s Style) error { return Lesson(w, s, []byte(text)) }}
	}
	return []screen{
		draw("whole", lessonText),
		draw("hostile", "# "+hostile+"\n\n"+hostile+" `"+hostile+"` [x](http://a/\x1b[2J)\n\n```"+"go\n"+hostile+"\n```\n\n```mermaid\nflowchart LR\n  A[\x1b[2J] -->|\x07| B\n```\n\n<p>"+hostile+"</p>\n\n| \x1b[1m |\n| --- |\n| \u202e |\n"),
		draw("code", "    only code\n"),
	}
}

// TestLessons ensures that the course's own lessons keep their words, fit the width,
// show no comment and no tag, and have all diagrams drawn.
func TestLessons(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../phases/*/README.md")
	if err != nil || len(files) == 0 {
		t.Fatalf("no lessons: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []Style{{Width: 60, Unicode: true}, {Width: 120, Color: true, Dark: true, Unicode: true}} {
			var b bytes.Buffer
			if err := Lesson(&b, s, text); err != nil {
				t.Fatal(err)
			}
			shown := ansi.Strip(b.String())
			for line := range strings.SplitSeq(shown, "\n") {
				if ansi.StringWidth(line) > s.Width {
					t.Errorf("%s: wider than %d: %q", file, s.Width, line)
				}
			}
			for _, no := range []string{"<!--", "details>", "flowchart", "stateDiagram", "```", "**"} {
				if strings.Contains(shown, no) {
					t.Errorf("%s shows %q", file, no)
				}
			}
			for _, s := range Sections(text) {
				if !strings.Contains(strings.Join(strings.Fields(shown), " "), s.Title) {
					t.Errorf("%s does not show the heading %q", file, s.Title)
				}
			}
		}
	}
}

// TestSections ensures that a section is what is below its heading, to the byte.
func TestSections(t *testing.T) {
	t.Parallel()
	list := Sections([]byte(lessonText))
	var titles []string
	for _, s := range list {
		titles = append(titles, s.Title)
	}
	want := []string{"03 A title with code", "Goal", "Exercise 3.1: The id", "What just happened", "Where people trip", "Recap"}
	if !slices.Equal(titles, want) {
		t.Fatalf("the headings are %q", titles)
	}
	if got := string(list[0].Markdown); got != lessonText {
		t.Errorf("the title holds not all: %q", got)
	}
	if got := string(list[4].Markdown); got != "## Where people trip\n\n- Everywhere.\n\n" {
		t.Errorf("a section is %q", got)
	}
	if got := string(list[1].Markdown) + string(list[4].Markdown) + string(list[5].Markdown); got != lessonText[strings.Index(lessonText, "## Goal"):] {
		t.Error("the sections of one level are not the whole")
	}
	if got := Sections([]byte("Title\n=====\n\ntext\n\n#\n\nOther\n-----\n")); len(got) != 2 || got[1].Title != "Other" || string(got[1].Markdown) != "Other\n-----\n" {
		t.Errorf("underlined headings are %v", got)
	}
}

// TestFindSections ensures that a heading is found by all of it, its beginning or its
// words, in this order, and that one inside another is not told twice.
func TestFindSections(t *testing.T) {
	t.Parallel()
	list := Sections([]byte("# 03 Extractors\n## Goal\n## The mental model\n## Build it\n### Exercise 3.1: The id\n### Exercise 3.2: Pages\n#### What just happened\n### Exercise 3.10: More pages\n## Where people trip\n## Exercises\n## Exercises, again\n"))
	for asked, want := range map[string]string{
		"goal": "Goal", "GOAL": "Goal", " the  mental ": "The mental model", "model": "The mental model", "mental": "The mental model",
		"traps": "Where people trip", "3.2": "Exercise 3.2: Pages", "3.1": "Exercise 3.1: The id|Exercise 3.10: More pages", "exercise 3.1:": "Exercise 3.1: The id",
		"exercises": "Exercises", "pages": "Exercise 3.2: Pages|Exercise 3.10: More pages", "happened": "What just happened", "trip people": "Where people trip",
		"extractors": "03 Extractors", "no such": "", "": "", " ": "", "ercise": "",
	} {
		var titles []string
		for _, s := range FindSections(list, asked) {
			titles = append(titles, s.Title)
		}
		if got := strings.Join(titles, "|"); got != want {
			t.Errorf("%q finds %q, want %q", asked, got, want)
		}
	}
}

// TestMermaid ensures that what is not understood as a whole is not drawn.
func TestMermaid(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]bool{
		"flowchart LR\n  A --> B":                             true,
		"flowchart TD\n  A[one] --> B(two) --> C{three}":      true,
		"flowchart LR\n  A -- text --> B":                     true,
		"flowchart LR\n  %% a comment\n\n  A -.-> B":          true,
		"graph LR\nA-->B":                                     true,
		"stateDiagram-v2\n  [*] --> A: begins":                true,
		"flowchart LR\n  A --> B\n  subgraph x\n  C\n  end":   false,
		"flowchart LR\n  A & B --> C":                         false,
		"flowchart LR\n  A":                                   false,
		"flowchart LR\n  A --> B\n  style A fill:#f9f":        false,
		"flowchart LR":                                        false,
		"sequenceDiagram\n  a->>b: hi":                        false,
		"pie\n  \"a\": 1":                                     false,
		"":                                                    false,
		"flowchart LR\n  A ==> B":                             false,
		"stateDiagram-v2\n  A --> B: x\n  note right of A: n": false,
	} {
		if _, ok := parseMermaid(source); ok != want {
			t.Errorf("%q is drawn: %v", source, ok)
		}
	}
}

// FuzzLesson ensures that no Markdown breaks the screen: nothing that a terminal acts
// on, nothing wider than it, and the same words with colours as without.
func FuzzLesson(f *testing.F) {
	f.Add(lessonText)
	f.Add("```go\n\"unclosed\n/* too\n```")
	f.Add("```go\n`a\r\nb` '\x00' \ufeff\n```")
	f.Add("| a | b |\n| --- | --- |\n| " + strings.Repeat("wide ", 60) + " | 世界 |")
	f.Add("- - - a\n1. > # x\n\n   <details><summary>\x1b[2J")
	f.Add("```mermaid\nflowchart LR\n  A[" + strings.Repeat("x", 200) + "] --> B\n```")
	f.Fuzz(func(t *testing.T, text string) {
		var plain, colored bytes.Buffer
		if err := Lesson(&plain, Style{Width: 60, Unicode: true}, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := Lesson(&colored, Style{Width: 60, Unicode: true, Color: true}, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := ansi.Strip(colored.String()); got != plain.String() {
			t.Errorf("colours change the text:\n%q\n%q", got, plain.String())
		}
		if got := plain.String(); Sanitize(got) != got || strings.Contains(got, "\t") {
			t.Errorf("not safe to print: %q", got)
		}
		for _, s := range Sections([]byte(text)) {
			if !strings.Contains(text, string(s.Markdown)) {
				t.Errorf("%q is no part of the lesson", s.Markdown)
			}
		}
	})
}

// TestHighlight ensures that colours fall on what they are for.
func TestHighlight(t *testing.T) {
	t.Parallel()
	show := func(language, text string) string {
		var b strings.Builder
		for i, line := range highlight(language, text) {
			if i > 0 {
				b.WriteString("/")
			}
			for _, sp := range line {
				b.WriteString(map[role]string{plain: "", keyword: "k", literal: "l", dim: "d", copied: "c"}[sp.role] + "[" + sp.text + "]")
			}
		}
		return b.String()
	}
	for _, c := range [][3]string{
		{"go", "func f() int { return 1 } // x", "k[func][ f() int { ]k[return][ ]l[1][ } ]d[// x]"},
		{"go", "`a\nb`", "l[`a]/l[b`]"},
		{"go", "x := \"unclosed\ny", "[x := ]l[\"unclosed]/[y]"},
		{"go", "世 := '界'", "[世 := ]l['界']"},
		{"go", "/* unclosed\n", "d[/* unclosed]/"},
		{"json", `{"a": true}`, `[{]l["a"][: true}]`},
		{"console", "$ a \\\n b\nc", "d[$ ]c[a \\]/c[ b]/[c]"},
		{"sh", "# x\na", "d[# x]/c[a]"},
		{"", "func", "[func]"},
	} {
		if got := show(c[0], c[1]); got != c[2] {
			t.Errorf("%s %q: %s, want %s", c[0], c[1], got, c[2])
		}
	}
}
