package catalog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

var program = catalog.Files{"main.go": []byte("package main\n\nfunc main() { println(1) }\n"), "x.go": []byte("package main\n")}

// TestParseVariant ensures that a variant is the edited program, and the program stays
// what it is.
func TestParseVariant(t *testing.T) {
	const text = `
It prints two.
Words for authors: why.
wrong: 7.1,7.2
right: 7.3
-- main.go/find --
println(1)
-- main.go/replace --
println(2)
`
	v, err := catalog.ParseVariant("variants/two.txtar", []byte(text), program)
	require.NoError(t, err)
	require.Equal(t, &catalog.Variant{Name: "two", File: "variants/two.txtar", Title: "It prints two.", Wrong: []string{"7.1", "7.2"}, Right: []string{"7.3"},
		Files: catalog.Files{"main.go": []byte("package main\n\nfunc main() { println(2) }\n"), "x.go": []byte("package main\n")}}, v)
	require.Contains(t, string(program["main.go"]), "println(1)")
}

// TestParseVariantErrors ensures that a variant that could not be run, or for nothing,
// is refused.
func TestParseVariantErrors(t *testing.T) {
	const begins = "v.txtar:1: begins with a title and a line such as `wrong: 7.1, 7.3` or `right: 7.1`"
	const edits = "-- main.go/find --\nprintln\n-- main.go/replace --\nprint\n"
	for name, c := range map[string]struct{ text, want string }{
		"Empty":       {"", begins},
		"NoTitle":     {"wrong: 7.1\n" + edits, begins},
		"NoKey":       {"T\n" + edits, begins},
		"EmptyID":     {"T\nwrong: 7.1,\n" + edits, begins},
		"Twice":       {"T\nwrong: 7.1, 7.1\n" + edits, `v.txtar:2: names "7.1" twice`},
		"Both":        {"T\nwrong: 7.1\nright: 7.1\n" + edits, `v.txtar:3: names "7.1" twice`},
		"NoEdit":      {"T\nwrong: 7.1\n", "v.txtar: edits nothing: add main.go/find and main.go/replace"},
		"NoPair":      {"T\nwrong: 7.1\n-- main.go/find --\nx\n", `v.txtar: "main.go/find" is not followed by its pair: files come as main.go/find, main.go/replace`},
		"Nowhere":     {"T\nwrong: 7.1\n-- main.go/find --\nnone\n-- main.go/replace --\nx\n", "v.txtar: the text to find occurs 0 times in main.go: it must occur exactly once"},
		"UnknownFile": {"T\nwrong: 7.1\n-- a.go/find --\nx\n-- a.go/replace --\ny\n", "v.txtar: edits a.go, which the reference does not have"},
		"BareMarker":  {"T\n-- --\n", "v.txtar:2: `-- --` would begin a file without a name"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.ParseVariant("v.txtar", []byte(c.text), program)
			require.EqualError(t, err, c.want)
			requireDefects(t, err)
		})
	}
}

const (
	twoSuite = "phases/02-two/.hidden/suite/2.1-on.txtar"
	twoFix   = "phases/02-two/.hidden/variants/fix.txtar"
	asking   = "# 2.1 Go on\n\n# your tests pass\ngotest right -race on_test.go\n# and catch\ngotest wrong -race on_test.go\n"
	variant  = "It stops.\nwrong: 2.1\n-- main.go/find --\npackage main\n-- main.go/replace --\npackage main // stops\n"
)

// TestLoadVariants ensures that variants arrive with their phase, and that a suite says
// what it runs.
func TestLoadVariants(t *testing.T) {
	c, err := catalog.Load(course(t, put(twoSuite, asking), put(twoFix, variant)))
	require.NoError(t, err)
	p := c.Phase("02")
	require.Len(t, p.Variants, 1)
	require.Equal(t, "It stops.", p.Variants[0].Title)
	s := p.Exercises[0].Suite
	require.Equal(t, []catalog.Test{{File: "on_test.go", Race: true, For: 20 * time.Second, Within: 20 * time.Second}}, s.Tests, "both lines are about one test")
	require.False(t, s.Serves)
	require.False(t, s.Race)
	require.True(t, p.Race())
	one := c.Phases[0].Exercises[0].Suite
	require.True(t, one.Serves)
	require.Empty(t, one.Tests)
	require.False(t, c.Phases[0].Race())

	for name, c := range map[string]struct {
		edits []edit
		want  string
	}{
		"NoWrong":     {[]edit{put(twoSuite, asking)}, twoSuite + ": `gotest` has no wrong program to catch: write one into phases/02-two/.hidden/variants, with a line `wrong: 2.1`"},
		"OnlyRight":   {[]edit{put(twoSuite, asking), put(twoFix, strings.Replace(variant, "wrong", "right", 1))}, twoSuite + ": `gotest` has no wrong program to catch: write one into phases/02-two/.hidden/variants, with a line `wrong: 2.1`"},
		"NoExercise":  {[]edit{put(twoSuite, asking), put(twoFix, strings.Replace(variant, "2.1", "2.1, 2.7", 1))}, twoFix + `: names "2.7", which is no exercise of 02-two`},
		"NoGotest":    {[]edit{put(twoFix, variant)}, twoFix + ": names 2.1, whose suite has no `gotest`: nothing would run it"},
		"StrayFile":   {[]edit{put(twoSuite, asking), put(twoFix, variant), put("phases/02-two/.hidden/variants/notes.md", "x")}, "phases/02-two/.hidden/variants/notes.md: is no .txtar file: nothing reads it here"},
		"UnknownWith": {[]edit{put(twoSuite, strings.ReplaceAll(asking, "-race", "-with run_test.go")), put(twoFix, variant)}, twoSuite + ": `gotest -with run_test.go`: the reference has no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.Load(course(t, c.edits...))
			require.EqualError(t, err, c.want)
			requireDefects(t, err)
		})
	}
}

// TestParseTest ensures that the options of `gotest` are read as they are meant.
func TestParseTest(t *testing.T) {
	test, right, err := catalog.ParseTest(strings.Fields("wrong -race -fuzz FuzzX -for 3s -within 1m -data testdata/a -data testdata/b/c -with help_test.go x_test.go"))
	require.NoError(t, err)
	require.False(t, right)
	require.Equal(t, catalog.Test{File: "x_test.go", Data: []string{"testdata/a", "testdata/b/c"}, With: []string{"help_test.go"}, Race: true, Fuzz: "FuzzX",
		For: 3 * time.Second, Within: time.Minute}, test)
	files := catalog.Files{"x_test.go": nil, "y_test.go": nil, "help_test.go": nil, "main.go": nil, "testdata/a/1": nil, "testdata/ab": nil, "testdata/b/2": nil, "testdata/b/c/d/3": nil}
	require.Equal(t, catalog.Files{"x_test.go": nil, "testdata/a/1": nil, "testdata/b/c/d/3": nil}, test.Reads(files))

	for args, want := range map[string]string{
		"":                                    "it takes right or wrong, and a test file",
		"x_test.go":                           "it takes right or wrong, and a test file",
		"both x_test.go":                      "it takes right or wrong, and a test file",
		"right x.go":                          `"x.go" is no test file of the phase's own folder`,
		"right sub/x_test.go":                 `"sub/x_test.go" is no test file of the phase's own folder`,
		"right $FILE":                         `"$FILE" is no test file`,
		"right -race":                         `"-race" is no test file`,
		"right -fuzz FuzzX":                   "the test file comes last",
		"right x_test.go y_test.go":           `"x_test.go" is no option`,
		"right -with x.go x_test.go":          `"x.go" is no test file`,
		"right -data data x_test.go":          `-data "data" is no folder below testdata/`,
		"right -data testdata/../x x_test.go": `is no folder below testdata/`,
		"right -for soon x_test.go":           "-for takes a duration such as 20s",
		"right -within -3s x_test.go":         "-within takes a duration such as 20s",
	} {
		t.Run(args, func(t *testing.T) {
			_, _, err := catalog.ParseTest(strings.Fields(args))
			require.ErrorContains(t, err, want)
			_, err = catalog.ParseSuite("s.txtar", []byte("# 1.1 A\n# a check\ngotest "+args+"\n"), "")
			require.ErrorContains(t, err, "s.txtar:3: gotest: ")
		})
	}
}
