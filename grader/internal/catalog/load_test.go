package catalog_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

const (
	manifest = "phases/01-one/phase.toml"
	hello    = "phases/01-one/.hidden/suite/1.1-hello.txtar"
	more     = "phases/01-one/.hidden/suite/1.2-more.txtar"
	mute     = "phases/01-one/.hidden/mutants/mute.txtar"
	hidden   = "phases/01-one/.hidden/"
)

// TestLoadErrors ensures that each defect of a course is refused, and named where
// it is: the rows change a course that loads.
func TestLoadErrors(t *testing.T) {
	words := func(n int) string { return strings.Repeat("word ", n-1) + "word" }
	for name, c := range map[string]struct {
		edits []edit
		want  string // the whole error, a line a defect
	}{
		// the tree
		"NoGoMod":       {[]edit{del("go.mod")}, "go.mod: is missing"},
		"NoGoSum":       {[]edit{del("go.sum")}, "go.sum: is missing"},
		"NoPhases":      {[]edit{del("phases/")}, "phases: is missing"},
		"EmptyPhases":   {[]edit{del("phases/"), put("phases/README.md", "x")}, "phases: no phase found: each is a folder such as phases/01-hello with a phase.toml"},
		"FolderName":    {[]edit{put("phases/3-three/phase.toml", "")}, "phases/3-three: a phase's folder is named like 03-extractors: two digits, a hyphen, lower-case words"},
		"FolderCase":    {[]edit{put("phases/03-Three/phase.toml", "")}, "phases/03-Three: a phase's folder is named like 03-extractors: two digits, a hyphen, lower-case words"},
		"FolderHyphen":  {[]edit{put("phases/03-three-/phase.toml", "")}, "phases/03-three-: a phase's folder is named like 03-extractors: two digits, a hyphen, lower-case words"},
		"NoManifest":    {[]edit{put("phases/03-three/README.md", "")}, "phases/03-three/phase.toml: is missing"},
		"NoLesson":      {[]edit{del("phases/02-two/README.md")}, "phases/02-two/README.md: is missing"},
		"NoStarter":     {[]edit{del(hidden + "starter.txtar")}, hidden + "starter.txtar: is missing"},
		"NoSolution":    {[]edit{del("phases/02-two/.hidden/solution/")}, "phases/02-two/.hidden/solution: is missing"},
		"NoSecond":      {[]edit{del("phases/02-two/.hidden/second/")}, "phases/02-two/.hidden/second: is missing"},
		"StarterFolder": {[]edit{del(hidden + "starter.txtar"), put(hidden+"starter.txtar/x", "")}, hidden + "starter.txtar: invalid argument"},
		"StarterMarker": {[]edit{put(hidden+"starter.txtar", "-- main.go --\na\n-- --\n")}, hidden + "starter.txtar:3: `-- --` would begin a file without a name"},
		"Several": {[]edit{del("go.sum"), del("phases/02-two/README.md"), del(hidden + "starter.txtar")},
			"go.sum: is missing\n" + hidden + "starter.txtar: is missing\nphases/02-two/README.md: is missing"},

		// the manifest
		"UnknownKey": {[]edit{sub(manifest, "minutes = 5\n", "minutes = 5\n  colour = \"red\"\n")}, manifest + `:4:3: unknown key "colour"`},
		"UnknownKeys": {[]edit{sub(manifest, "minutes = 5\n", "colour = \"red\"\nminutes = 5\n"), sub(manifest, "title = \"Say more\"\n", "title = \"Say more\"\nhint = \"x\"\n")},
			manifest + `:3:1: unknown key "colour"` + "\n" + manifest + `:18:1: unknown key "exercise.hint"`},
		"TOMLSyntax":    {[]edit{sub(manifest, "minutes = 5", "minutes = five")}, manifest + ":3:11: expected keyword \"false\""},
		"TOMLString":    {[]edit{sub(manifest, `title = "One"`, `title = "One`)}, manifest + ":1:13: basic strings cannot have new lines"},
		"TOMLTwice":     {[]edit{sub(manifest, "minutes = 5", "minutes = 5\nminutes = 6")}, manifest + ":4:1: key minutes is already defined"},
		"TOMLType":      {[]edit{sub(manifest, "minutes = 5", `minutes = "5"`)}, manifest + ":3:11: cannot decode TOML string into struct field catalog.manifest.Minutes of type int"},
		"NoTitle":       {[]edit{sub(manifest, `title = "One"`, `title = " "`)}, manifest + ": title and summary must say something"},
		"NoSummary":     {[]edit{sub(manifest, `summary = "The first phase."`, "")}, manifest + ": title and summary must say something"},
		"NoMinutes":     {[]edit{sub(manifest, "minutes = 5", "minutes = 0")}, manifest + ": minutes must say how long the phase takes, about"},
		"NoExercise":    {[]edit{put("phases/03-three/phase.toml", "title = \"T\"\nsummary = \"S\"\nminutes = 1\n")}, emptyPhase},
		"WrongID":       {[]edit{sub(manifest, `id = "1.2"`, `id = "1.4"`)}, manifest + `: exercise 2 has id "1.4": ids count up from 1.1, so it must be "1.2"`},
		"IDOfAnother":   {[]edit{sub(manifest, `id = "1.2"`, `id = "2.2"`)}, manifest + `: exercise 2 has id "2.2": ids count up from 1.1, so it must be "1.2"`},
		"SameID":        {[]edit{sub(manifest, `id = "1.2"`, `id = "1.1"`)}, manifest + `: exercise 2 has id "1.1": ids count up from 1.1, so it must be "1.2"`},
		"CapstoneID":    {[]edit{sub("phases/01-one/url-short/phase.toml", `"url-short.1"`, `"1.1"`)}, `phases/01-one/url-short/phase.toml: exercise 1 has id "1.1": ids count up from url-short.1, so it must be "url-short.1"`},
		"ExerciseTitle": {[]edit{sub(manifest, `title = "Know it"`, "")}, manifest + ": exercise 1.3 has no title"},
		"Level":         {[]edit{sub(manifest, `level = "stretch"`, `level = "hard"`)}, manifest + `: exercise 1.2: level "hard" is neither "core" nor "stretch"`},
		"Kind":          {[]edit{sub(manifest, `kind = "quiz"`, `kind = "essay"`)}, manifest + `: exercise 1.3: kind "essay" is neither "suite" nor "quiz"`},
		"NeedsLater":    {[]edit{sub(manifest, `needs = ["1.1"]`, `needs = ["1.1", "1.3"]`)}, manifest + `: exercise 1.2 needs "1.3", which is no earlier exercise of this phase`},
		"NeedsItself":   {[]edit{sub(manifest, `needs = ["1.1"]`, `needs = ["1.2"]`)}, manifest + `: exercise 1.2 needs "1.2", which is no earlier exercise of this phase`},
		"NeedsUnknown":  {[]edit{sub(manifest, `needs = ["1.1"]`, `needs = ["9.9"]`)}, manifest + `: exercise 1.2 needs "9.9", which is no earlier exercise of this phase`},
		"NeedsOther":    {[]edit{sub("phases/02-two/phase.toml", `title = "Go on"`, "title = \"Go on\"\nneeds = [\"1.1\"]")}, `phases/02-two/phase.toml: exercise 2.1 needs "1.1", which is no earlier exercise of this phase`},
		"ThreeHints": {[]edit{sub("phases/02-two/phase.toml", `"where", "idea", "signature", "line"`, `"where", "idea", "line"`)},
			"phases/02-two/phase.toml: exercise 2.1 has 3 hints: it takes 4 that say something (where, the idea, the signature, nearly the line)"},
		"BlankHint": {[]edit{sub("phases/02-two/phase.toml", `"signature"`, `" "`)},
			"phases/02-two/phase.toml: exercise 2.1 has 4 hints: it takes 4 that say something (where, the idea, the signature, nearly the line)"},
		"NoAfter":       {[]edit{sub(manifest, `after = "You know it."`, "")}, manifest + ": exercise 1.3: `after` has 0 words: it takes 1 to 60"},
		"AfterTooLong":  {[]edit{sub(manifest, "You know it.", words(61))}, manifest + ": exercise 1.3: `after` has 61 words: it takes 1 to 60"},
		"SeveralInside": {[]edit{sub(manifest, "minutes = 5", ""), sub(manifest, "You know it.", "")}, manifest + ": minutes must say how long the phase takes, about\n" + manifest + ": exercise 1.3: `after` has 0 words: it takes 1 to 60"},
		"Pinned":        {[]edit{del(hidden + "solution/pinned.go")}, manifest + `: pinned file "pinned.go" is not in phases/01-one/.hidden/solution`},

		// suites
		"NoSuite":       {[]edit{del(more)}, hidden + "suite: exercise 1.2 has no suite: write " + hidden + "suite/1.2-noun.txtar"},
		"NoSuites":      {[]edit{del(hello), del(more)}, hidden + "suite: exercise 1.1 has no suite: write " + hidden + "suite/1.1-noun.txtar\n" + hidden + "suite: exercise 1.2 has no suite: write " + hidden + "suite/1.2-noun.txtar"},
		"NoSuiteFolder": {[]edit{del("phases/02-two/.hidden/suite/")}, "phases/02-two/.hidden/suite: exercise 2.1 has no suite: write phases/02-two/.hidden/suite/2.1-noun.txtar"},
		"TwoSuites":     {[]edit{put(hidden+"suite/1.1-other.txtar", "# 1.1 Say hello\n")}, hidden + "suite/1.1-other.txtar: exercise 1.1 already has " + hello},
		"SuiteOfNone":   {[]edit{put(hidden+"suite/1.9-x.txtar", "")}, hidden + "suite/1.9-x.txtar: belongs to no exercise of phases/01-one/phase.toml: a suite is named like 3.2-query.txtar"},
		"SuiteNoNoun":   {[]edit{put(hidden+"suite/1.1.txtar", "")}, hidden + "suite/1.1.txtar: belongs to no exercise of phases/01-one/phase.toml: a suite is named like 3.2-query.txtar"},
		"SuiteOfQuiz":   {[]edit{put(hidden+"suite/1.3-know.txtar", "")}, hidden + `suite/1.3-know.txtar: exercise 1.3 is of kind "quiz" and has no suite`},
		"SuiteNoTxtar":  {[]edit{put(hidden+"suite/notes.md", "")}, hidden + "suite/notes.md: is no .txtar file: nothing reads it here"},
		"SuiteInFolder": {[]edit{put(hidden+"suite/x.txtar/y", "")}, hidden + "suite/x.txtar: is no .txtar file: nothing reads it here"},
		"SuiteTitle":    {[]edit{sub(hello, "# 1.1 Say hello", "# 1.1 Say hallo")}, hello + `:1: the first line must be the title, "# 1.1 Say hello"`},
		"ManifestTitle": {[]edit{sub(manifest, `"Say hello"`, `"Say hi"`)}, hello + `:1: the first line must be the title, "# 1.1 Say hi"`},
		"SuiteBroken":   {[]edit{sub(hello, "status 200", "skip"), sub(more, "status 200", "stop")}, hello + ":6: \"skip\" would end the script as a pass and is not allowed\n" + more + ":6: \"stop\" would end the script as a pass and is not allowed"},

		// mutants
		"MutantUnknown": {[]edit{sub(mute, "1.1, 1.2", "1.1, 1.7")}, mute + `: kills "1.7", which is no exercise of 01-one`},
		"MutantOther":   {[]edit{sub(mute, "1.1, 1.2", "2.1")}, mute + `: kills "2.1", which is no exercise of 01-one`},
		"MutantBroken":  {[]edit{sub(mute, "kills: 1.1, 1.2", "it kills")}, mute + ":1: begins with a title and a line such as `kills: 3.2`"},
		"MutantNoTxtar": {[]edit{put(hidden+"mutants/mute.go", "")}, hidden + "mutants/mute.go: is no .txtar file: nothing reads it here"},

		// quizzes
		"NoQuiz":       {[]edit{del("quiz/02-two.json")}, "quiz/02-two.json: is missing"},
		"NoQuizzes":    {[]edit{del("quiz/")}, "quiz/01-one.json: is missing\nquiz/02-two.json: is missing"},
		"QuizBroken":   {[]edit{put("quiz/02-two.json", "[\n  {}\n]")}, `quiz/02-two.json:2:3: question 1 has no "q"`},
		"CapstoneQuiz": {[]edit{put("quiz/url-short.json", "[]")}, "quiz/url-short.json:1:1: holds no question"},
		"QuizOfNone":   {[]edit{put("quiz/03-three.json", "[]")}, "quiz/03-three.json: belongs to no phase: a quiz is named like its phase's folder"},
	} {
		t.Run(name, func(t *testing.T) {
			loaded, err := catalog.Load(course(t, c.edits...))
			require.Nil(t, loaded)
			require.EqualError(t, err, c.want)
			requireDefects(t, err)
		})
	}
}

const emptyPhase = "phases/03-three/phase.toml: no [[exercise]]: a phase without one could never fail"

// requireDefects ensures that an error is made of *catalog.Error alone, so that a
// caller can tell a defect of the course.
func requireDefects(t *testing.T, err error) {
	t.Helper()
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		for _, e := range joined.Unwrap() {
			requireDefects(t, e)
		}
		return
	}
	var defect *catalog.Error
	require.ErrorAs(t, err, &defect)
	require.NotEmpty(t, defect.File)
	require.NotEmpty(t, defect.Msg)
}

// TestLoadIgnores ensures that what is no part of the course does no harm.
func TestLoadIgnores(t *testing.T) {
	for name, edits := range map[string][]edit{
		"FileInPhases":  {put("phases/README.md", "x")},
		"DotFolder":     {put("phases/.git/x", "x")},
		"PlainFolder":   {put("phases/01-one/data/x.txt", "x")},
		"NoMutants":     {del(hidden + "mutants/")},
		"QuizSchema":    {del("quiz/schema.json")},
		"QuizCapstone":  {put("quiz/url-short.json", `[{"q": "Two?", "choices": ["one", "two"], "answer": 1, "explain": "It is two."}]`)},
		"SuiteFixtures": {sub(hello, "status 200\n", "status 200\n-- docs/a.md --\nskip\n# no check\n")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.Load(course(t, edits...))
			require.NoError(t, err)
		})
	}
}

// locked is a course in which one file cannot be read.
type locked struct {
	fs.FS
	name string
}

var errLocked = errors.New("permission denied")

func (l locked) Open(name string) (fs.File, error) {
	if name == l.name {
		return nil, &fs.PathError{Op: "open", Path: name, Err: errLocked}
	}
	return l.FS.Open(name)
}

// TestLoadUnreadable ensures that a file that cannot be read is named with the
// reason, and is not taken for a missing one.
func TestLoadUnreadable(t *testing.T) {
	for _, name := range []string{"go.mod", "phases", "phases/01-one", manifest, "phases/01-one/README.md", hidden + "starter.txtar",
		hidden + "solution/main.go", hidden + "second", hidden + "suite", hello, hidden + "mutants", mute, "quiz/01-one.json", "quiz"} {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.Load(locked{course(t), name})
			require.ErrorContains(t, err, "permission denied")
			require.ErrorContains(t, err, strings.TrimSuffix(name, "/main.go"))
			requireDefects(t, err)
		})
	}
}

// TestError ensures that a defect reads as editors and compilers write places.
func TestError(t *testing.T) {
	require.EqualError(t, &catalog.Error{File: "a.toml", Msg: "is bad"}, "a.toml: is bad")
	require.EqualError(t, &catalog.Error{File: "a.toml", Line: 3, Msg: "is bad"}, "a.toml:3: is bad")
	require.EqualError(t, &catalog.Error{File: "a.toml", Line: 3, Col: 7, Msg: "is bad"}, "a.toml:3:7: is bad")
}
