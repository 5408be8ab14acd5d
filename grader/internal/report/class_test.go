package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// evil is what a learner could write to be taken for something else by whoever reads a
// report: a terminal, a page, a table, a runner, a parser of XML.
const evil = "\x1b]0;owned\a\x1b[2J\r::error::owned\n::add-mask::x\n##[command]x\n::stop-commands::a\n" +
	"</pre><script>alert(1)</script>]]>&lt;\x00\x08\ufffe\xff\u202e`|*_[a](javascript:x)\n=cmd|' /C calc'!A1,\"x\"\n"

// evilVerdict has evil wherever a learner's bytes can get to.
func evilVerdict() grade.Verdict {
	f := &grade.Failure{Check: "it answers", Setup: []string{"curl " + evil}, Request: "curl '" + evil + "'", Env: []string{"A=" + evil},
		Want: evil, Got: evil, Output: evil, Hint: "Look."}
	v := hello(pass("1.1", "Say hello"), miss("1.2", "Tell the version", f))
	v.Exercises[2].Status, v.Exercises[2].Failure, v.Exercises[2].Reason = grade.Waiting, nil, "waits for 1.2"
	v.Exercises[3].Status, v.Exercises[3].Failure, v.Exercises[3].Reason = grade.Broken, nil, evil
	v.Exercises[4].Status, v.Exercises[4].Failure, v.Exercises[4].Reason, v.Exercises[4].Level = grade.NotRun, nil, "this machine lacks: cgo", catalog.Stretch
	v.Exercises[5].Status = grade.Unstable
	v.Notes = []string{evil}
	return scored(v)
}

// unbuiltVerdict does not build, because of evil.
func unbuiltVerdict() grade.Verdict {
	v := hello()
	v.Build = grade.Build{Errors: []grade.BuildError{{File: "phases/01-hello/" + evil + ".go", Line: 3, Col: 7, Msg: evil, Source: evil}, {Msg: evil}}, More: 2}
	for i := range v.Exercises {
		v.Exercises[i].Failure, v.Exercises[i].Reason = nil, "the program does not build"
	}
	return scored(v)
}

func records() []Record {
	return []Record{
		NewRecord("=ada", "k", []grade.Verdict{evilVerdict()}), NewRecord("<b>bob", "k", []grade.Verdict{unbuiltVerdict()}),
		NewRecord("carl "+evil, "k", []grade.Verdict{hello(pass("1.1", "Say hello"), pass("1.2", "Tell the version"))}),
	}
}

// each gives the records one by one.
func each(list []Record) func() (*Record, error) {
	return func() (*Record, error) {
		if len(list) == 0 {
			return nil, nil
		}
		r := list[0]
		list = list[1:]
		return &r, nil
	}
}

func book() *Gradebook {
	p := &catalog.Phase{Name: "01-hello"}
	for i, title := range []string{"Say hello", "Tell the version", "Say that you are well", "Find the bug", "Refuse a bad port", "Many at once"} {
		p.Exercises = append(p.Exercises, &catalog.Exercise{ID: fmt.Sprintf("1.%d", i+1), Title: title, Level: catalog.Core, Hints: []string{"Where.", "Nearly the line."}})
	}
	p.Exercises[4].Level = catalog.Stretch
	g := NewGradebook([]*catalog.Phase{p}, 17)
	for _, r := range records() {
		g.Add(r)
	}
	return g
}

// Ensure that a record reads as it was written.
func TestRecord(t *testing.T) {
	for _, r := range records() {
		var b, again bytes.Buffer
		if err := r.Write(&b); err != nil {
			t.Fatal(err)
		}
		read, err := ReadRecord(b.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		if err := read.Write(&again); err != nil {
			t.Fatal(err)
		}
		// What was no UTF-8 is U+FFFD once it was read, which then prints.
		if want := strings.ReplaceAll(b.String(), `\ufffd`, "\ufffd"); want != again.String() {
			t.Errorf("%s\nbecame\n%s", want, again.String())
		}
	}
	if !records()[0].Broken() || records()[1].Broken() {
		t.Error("Broken: want true of the first, false of the second")
	}
	for _, s := range []string{"", "{", `{"format":2}`, "null"} {
		if _, err := ReadRecord([]byte(s)); err == nil {
			t.Errorf("%q was read", s)
		}
	}
}

// Ensure that the table is one, and that no cell begins as a formula does.
func TestGradebookCSV(t *testing.T) {
	var b bytes.Buffer
	if err := book().CSV(&b); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{
		{"name", "score", "max", "stretch", "stretch_max", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"},
		{"'=ada", "10", "50", "0", "0", "pass", "fail", "waiting", "broken", "not_run", "unstable"},
		{"<b>bob", "0", "60", "0", "0", "fail", "fail", "fail", "fail", "fail", "fail"},
		{oneLine("carl " + evil), "20", "60", "0", "0", "pass", "pass", "fail", "fail", "fail", "fail"},
	}
	if !slices.EqualFunc(rows, want, slices.Equal) {
		t.Errorf("%q\nwant\n%q", rows, want)
	}
	for _, s := range []string{"=1", "+1", "-1", "@x", "＝1", "\t=1", "\r=1", " =1"} {
		if got := csvCell(s); got[0] != '\'' && !strings.HasPrefix(got, `\r`) {
			t.Errorf("%q became %q", s, got)
		}
	}
}

// junitRules are those of Jenkins' junit-10.xsd that a report of ours touches: the
// elements an element may hold, its attributes, and those that it must have.
var junitRules = map[string]struct{ parents, may, must string }{
	"testsuites": {"", "name time tests failures disabled errors", ""},
	"testsuite":  {"testsuites", "name tests failures errors time disabled skipped timestamp hostname id package", "name tests"},
	"testcase":   {"testsuite", "name assertions time classname status", "name"},
	"skipped":    {"testcase", "type message", ""},
	"error":      {"testcase", "type message", ""},
	"failure":    {"testcase", "type message", ""},
}

// checkJUnit fails unless doc keeps to junitRules and its counts are right; it returns
// how many testcases have which outcome.
func checkJUnit(t *testing.T, doc []byte) map[string]int {
	t.Helper()
	all := map[string]int{}
	var path []string
	suite := map[string]string{}
	found := map[string]int{}
	for dec := xml.NewDecoder(bytes.NewReader(doc)); ; {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, doc)
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			name := tok.Name.Local
			rule, ok := junitRules[name]
			if parent := strings.Join(path[max(0, len(path)-1):], ""); !ok || parent != rule.parents {
				t.Fatalf("<%s> in <%s>", name, parent)
			}
			path = append(path, name)
			all[name]++
			found[name]++
			attrs := map[string]string{}
			for _, a := range tok.Attr {
				attrs[a.Name.Local] = a.Value
				if !slices.Contains(strings.Fields(rule.may), a.Name.Local) {
					t.Errorf("<%s> has the attribute %s", name, a.Name.Local)
				}
				if a.Name.Local == "time" && !regexp.MustCompile(`^[0-9]+\.[0-9]{3}$`).MatchString(a.Value) {
					t.Errorf("<%s time=%q>", name, a.Value)
				}
			}
			for _, must := range strings.Fields(rule.must) {
				if attrs[must] == "" {
					t.Errorf("<%s> lacks %s", name, must)
				}
			}
			if name == "testsuite" {
				suite, found = attrs, map[string]int{}
			}
		case xml.EndElement:
			path = path[:len(path)-1]
			if tok.Name.Local == "testsuite" {
				for attr, element := range map[string]string{"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"} {
					if suite[attr] != fmt.Sprint(found[element]) {
						t.Errorf("%s=%q, and there are %d", attr, suite[attr], found[element])
					}
				}
			}
		}
	}
}

// junitSchema is the same as an XSD, for xmllint, where it is installed.
const junitSchema = `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:complexType name="missed" mixed="true"><xs:attribute name="type" type="xs:string"/><xs:attribute name="message" type="xs:string"/></xs:complexType>
<xs:element name="testsuites"><xs:complexType><xs:sequence><xs:element name="testsuite" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
<xs:element name="testcase" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:choice minOccurs="0" maxOccurs="unbounded">
<xs:element name="skipped" type="missed"/><xs:element name="error" type="missed"/><xs:element name="failure" type="missed"/></xs:choice>
<xs:attribute name="name" type="xs:string" use="required"/><xs:attribute name="classname" type="xs:string"/><xs:attribute name="time" type="xs:decimal"/>
</xs:complexType></xs:element></xs:sequence><xs:attribute name="name" type="xs:string" use="required"/><xs:attribute name="tests" type="xs:int" use="required"/>
<xs:attribute name="failures" type="xs:int"/><xs:attribute name="errors" type="xs:int"/><xs:attribute name="skipped" type="xs:int"/><xs:attribute name="time" type="xs:decimal"/>
</xs:complexType></xs:element></xs:sequence></xs:complexType></xs:element></xs:schema>`

// Ensure that JUnit XML is well-formed whatever a learner wrote, keeps to the schema,
// and never takes what is broken for a failure.
func TestJUnit(t *testing.T) {
	var check, class bytes.Buffer
	if err := JUnit(&check, []grade.Verdict{evilVerdict(), unbuiltVerdict()}); err != nil {
		t.Fatal(err)
	}
	if err := ClassJUnit(&class, each(records())); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		doc  []byte
		want map[string]int
	}{
		"check": {check.Bytes(), map[string]int{"testsuites": 1, "testsuite": 2, "testcase": 12, "failure": 8, "error": 1, "skipped": 2}},
		"class": {class.Bytes(), map[string]int{"testsuites": 1, "testsuite": 3, "testcase": 18, "failure": 12, "error": 1, "skipped": 2}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := checkJUnit(t, c.doc); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
			if Sanitize(string(c.doc)) != string(c.doc) {
				t.Error("it has what a terminal acts on")
			}
			lint, err := exec.LookPath("xmllint")
			if err != nil {
				t.Skip("xmllint is not there; the rules above held")
			}
			dir := t.TempDir()
			for file, data := range map[string][]byte{"x.xsd": []byte(junitSchema), "x.xml": c.doc} {
				if err := os.WriteFile(filepath.Join(dir, file), data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if out, err := exec.Command(lint, "--noout", "--nonet", "--schema", filepath.Join(dir, "x.xsd"), filepath.Join(dir, "x.xml")).CombinedOutput(); err != nil {
				t.Errorf("%s", out)
			}
		})
	}
}

// Ensure that a runner finds exactly the commands that we wrote, by its own rules
// (ActionCommand.cs of actions/runner): a line that begins with ::name or holds ##[name].
func TestGitHub(t *testing.T) {
	var b bytes.Buffer
	const token = "A1B2C3"
	screen := "a screen\n" + evil + "::" + token[:5] + "::\n"
	if err := GitHub(&b, []grade.Verdict{evilVerdict(), unbuiltVerdict()}, []byte(screen), token); err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`^\s*::([^ :]+)|##\[([^\]]+)\]`)
	stopped := false
	counts := map[string]int{}
	for line := range strings.Lines(b.String()) {
		m := command.FindStringSubmatch(line)
		switch {
		case m == nil:
		case stopped:
			stopped = strings.TrimSpace(line) != "::"+token+"::"
		case m[1] == "stop-commands":
			stopped = true
			counts[m[1]]++
		default:
			counts[m[1]+m[2]]++
			data := strings.TrimRight(line, "\n")
			for _, c := range data {
				if c < ' ' {
					t.Errorf("%q holds %q", line, c)
				}
			}
			head, _, _ := strings.Cut(strings.TrimPrefix(data, "::"), "::")
			for property := range strings.SplitSeq(head[strings.Index(head, " ")+1:], ",") {
				if !regexp.MustCompile(`^(file|line|col|title)=[^:,\r\n]*$`).MatchString(property) {
					t.Errorf("%q has the property %q", line, property)
				}
			}
		}
	}
	// 1.2 and the unstable 1.6, two build errors; the broken 1.4 is a warning.
	if want := map[string]int{"stop-commands": 1, "error": 4, "warning": 1}; fmt.Sprint(counts) != fmt.Sprint(want) {
		t.Errorf("%v, want %v, in\n%s", counts, want, b.String())
	}
	if got := property("a%:,\n\r"); got != `a%25%3A%2C%0A\r` {
		t.Errorf("property: %q", got)
	}
	if got := message("a%:,\n"); got != "a%25:,%0A" {
		t.Errorf("message: %q", got)
	}
}

// Ensure that no byte of a learner's is Markdown or HTML on a summary page.
func TestGitHubSummary(t *testing.T) {
	var b bytes.Buffer
	v := evilVerdict()
	v.Title = "A `|` <title>"
	if err := GitHubSummary(&b, []grade.Verdict{v, unbuiltVerdict()}); err != nil {
		t.Fatal(err)
	}
	text := b.String()
	if !utf8.ValidString(text) || strings.ContainsAny(text, "\x00\x1b\r\u202e") {
		t.Error("it has bytes that a page should not have")
	}
	tag := regexp.MustCompile(`<[^>]*>`)
	for _, m := range tag.FindAllString(text, -1) {
		if !slices.Contains([]string{"<details>", "<summary>", "</summary>", "<pre>", "</pre>", "</details>"}, m) {
			t.Errorf("it has the tag %s", m)
		}
	}
	pre := regexp.MustCompile(`(?s)<pre>.*?</pre>`)
	for line := range strings.Lines(pre.ReplaceAllString(text, "")) {
		// What follows <details> up to an empty line is HTML to Markdown (CommonMark 4.6).
		if !strings.HasPrefix(line, "<details>") && strings.Contains(line, "javascript") {
			t.Errorf("outside of <pre>: %s", line)
		}
	}
	if n := strings.Count(text, "| --- | --- | --- | --- |"); n != 2 {
		t.Errorf("%d tables", n)
	}
}

// Ensure that the page shows every submission, escaped, and holds nothing that runs or
// comes from elsewhere.
func TestClassHTML(t *testing.T) {
	var b bytes.Buffer
	if err := book().HTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"=ada", "&lt;b&gt;bob", "3 submissions", "prefers-color-scheme: dark", "default-src 'none'", `class="broken"`, `class="not_run"`, "Nearly the line.", "Seed: 17"} {
		if !strings.Contains(page, want) {
			t.Errorf("it lacks %s", want)
		}
	}
	for _, no := range []string{"<script", "<b>", "http:", "https:", "src=", "url(", "ZgotmplZ", "\x1b", "\x00", "\u202e", "onload"} {
		if strings.Contains(page, no) {
			t.Errorf("it has %q", no)
		}
	}
	if Sanitize(page) != page {
		t.Error("it has characters that do not show")
	}
	dec := xml.NewDecoder(strings.NewReader(page))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	rows := 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if el, ok := tok.(xml.StartElement); ok && el.Name.Local == "td" && len(el.Attr) == 2 {
			rows++
		}
	}
	if rows != 18 {
		t.Errorf("%d cells, want 18", rows)
	}
}

// Ensure that results.json has what Gradescope documents, and nothing else.
func TestGradescope(t *testing.T) {
	top := strings.Fields("score execution_time output output_format test_output_format test_name_format visibility stdout_visibility extra_data tests leaderboard")
	test := strings.Fields("score max_score status name name_format number output output_format tags visibility extra_data")
	visibilities := []any{"hidden", "after_due_date", "after_published", "visible"}
	for _, r := range records() {
		var b bytes.Buffer
		if err := r.Gradescope(&b); err != nil {
			t.Fatal(err)
		}
		var doc map[string]any
		if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		tests, _ := doc["tests"].([]any)
		if len(tests) != 6 || !slices.Contains(visibilities, doc["visibility"]) || doc["output_format"] != "text" {
			t.Errorf("%s", b.String())
		}
		for key := range doc {
			if !slices.Contains(top, key) {
				t.Errorf("it has %s", key)
			}
		}
		sum, most := 0.0, 0.0
		for _, raw := range tests {
			one := raw.(map[string]any)
			for key := range one {
				if !slices.Contains(test, key) {
					t.Errorf("a test has %s", key)
				}
			}
			if s, ok := one["status"]; ok && s != "passed" && s != "failed" {
				t.Errorf("status %v", s)
			}
			if !slices.Contains(visibilities, one["visibility"]) || one["output_format"] != "text" || one["name"] == "" || one["number"] == "" {
				t.Errorf("%v", one)
			}
			if text := one["output"].(string); Sanitize(text) != text {
				t.Errorf("%q has what a terminal acts on", text)
			}
			sum, most = sum+one["score"].(float64), most+one["max_score"].(float64)
		}
		if sum != doc["score"] || most != float64(r.Max) {
			t.Errorf("the tests are worth %v of %v, the whole %v of %v", sum, most, doc["score"], r.Max)
		}
	}
}
