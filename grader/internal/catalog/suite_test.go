package catalog_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

const file = "suite/1.1-x.txtar"

// TestParseSuite ensures that a script is ready to run: its sections are commands,
// and every line stands where the author wrote it.
func TestParseSuite(t *testing.T) {
	const text = `# 1.1 Say hello
## a note: it's for authors
#not a section

# the greeting isn't $EMPTY
serve -env 'A=# no comment' # a comment
GET /
hint 'it''s "here"'
! status 500 # isn't
[linux] status 200

#   a page  of # sentences  
[!windows] ! body x
body -is 'a # b'
-- docs/a.md --
# not a section
stop
-- b --
`
	s, err := catalog.ParseSuite(file, []byte(text), "1.1 Say hello")
	require.NoError(t, err)
	require.Equal(t, file, s.File)
	require.Equal(t, []string{"the greeting isn't $EMPTY", "a page  of # sentences"}, s.Checks)
	sum := sha256.Sum256([]byte(text))
	require.Equal(t, hex.EncodeToString(sum[:]), s.Hash, "the hash is that of the file as it was written")

	want := strings.Split(text, "\n")
	want[4] = "check 'the greeting isn''t $EMPTY'"
	want[11] = "check 'a page  of # sentences'"
	require.Equal(t, want, strings.Split(string(s.Script), "\n"), "line N of the script is line N of the file")

	_, err = catalog.ParseSuite(file, []byte("# Any title\n# a check\nstatus 200\n"), "")
	require.NoError(t, err, "the empty title allows any")
	other, err := catalog.ParseSuite(file, []byte(text+"\n"), "1.1 Say hello")
	require.NoError(t, err)
	require.NotEqual(t, s.Hash, other.Hash)
}

// TestParseSuiteErrors ensures that a suite that could pass without asking, or
// that would not run, is refused with its line.
func TestParseSuiteErrors(t *testing.T) {
	const nothing = "this check asserts nothing: add `status`, `json` or another assertion"
	for name, c := range map[string]struct{ text, want string }{
		"Empty":             {"", `1: the first line must be the title, "# 1.1 T"`},
		"NoTitle":           {"\n# 1.1 T\n", `1: the first line must be the title, "# 1.1 T"`},
		"OtherTitle":        {"# 1.2 T\n", `1: the first line must be the title, "# 1.1 T"`},
		"TitleSpace":        {"# 1.1 T \n", `1: the first line must be the title, "# 1.1 T"`},
		"TitleNote":         {"## 1.1 T\n", `1: the first line must be the title, "# 1.1 T"`},
		"CarriageReturn":    {"# 1.1 T\r\n", `1: the first line must be the title, "# 1.1 T"`},
		"NoCheck":           {"# 1.1 T\n\n", "1: no check: a suite that asks nothing would pass anything"},
		"NotesOnly":         {"# 1.1 T\n## a\n#b\n", "1: no check: a suite that asks nothing would pass anything"},
		"OnlyInFixture":     {"# 1.1 T\n-- a --\n# c\nstatus 200\n", "1: no check: a suite that asks nothing would pass anything"},
		"EmptySentence":     {"# 1.1 T\n# \nstatus 200\n", "2: a check is a sentence that a learner can read"},
		"CommandFirst":      {"# 1.1 T\n\nserve\n# c\nstatus 200\n", "3: \"serve\" stands before the first check: begin a section with a line such as `# GET / answers 200`"},
		"AssertionFirst":    {"# 1.1 T\n! status 200\n# c\nstatus 200\n", "2: \"status\" stands before the first check: begin a section with a line such as `# GET / answers 200`"},
		"NothingLast":       {"# 1.1 T\n# c\nstatus 200\n\n# d\nserve\nGET /\n", "5: " + nothing},
		"NothingFirst":      {"# 1.1 T\n# c\nserve\n# d\nstatus 200\n", "2: " + nothing},
		"NothingAtAll":      {"# 1.1 T\n# c\n", "2: " + nothing},
		"OnlyHint":          {"# 1.1 T\n# c\nhint status\nset status 1\n", "2: " + nothing},
		"OnlyConditional":   {"# 1.1 T\n# c\n[windows] status 200\n", "2: " + nothing},
		"OnlyCommented":     {"# 1.1 T\n# c\nserve # status 200\n", "2: " + nothing},
		"Stop":              {"# 1.1 T\n# c\nstatus 200\nstop\n", `4: "stop" would end the script as a pass and is not allowed`},
		"Exec":              {"# 1.1 T\n# c\n! exec ls\nstatus 200\n", `3: "exec" would run a program outside of the box and is not allowed`},
		"Skip":              {"# 1.1 T\n# c\nskip 'not today'\nstatus 200\n", `3: "skip" would end the script as a pass and is not allowed`},
		"StopConditional":   {"# 1.1 T\n# c\n[windows] stop\nstatus 200\n", `3: "stop" would end the script as a pass and is not allowed`},
		"SkipConditions":    {"# 1.1 T\n# c\n[linux] [!short] skip\nstatus 200\n", `3: "skip" would end the script as a pass and is not allowed`},
		"StopNegated":       {"# 1.1 T\n# c\n! stop\nstatus 200\n", `3: "stop" would end the script as a pass and is not allowed`},
		"StopNegatedBehind": {"# 1.1 T\n# c\n[linux] ! stop\nstatus 200\n", `3: "stop" would end the script as a pass and is not allowed`},
		"StopQuoted":        {"# 1.1 T\n# c\n's'to'p'\nstatus 200\n", `3: "stop" would end the script as a pass and is not allowed`},
		"StopIndented":      {"# 1.1 T\n# c\n \t stop\nstatus 200\n", `3: "stop" would end the script as a pass and is not allowed`},
		"StopInVariable":    {"# 1.1 T\n# c\nenv S=stop\n$S\nstatus 200\n", `4: "$S": a command stands in a script by its name, never in a variable`},
		"StopInPart":        {"# 1.1 T\n# c\n[unix] st${EMPTY}op\nstatus 200\n", `3: "st${EMPTY}op": a command stands in a script by its name, never in a variable`},
		"OwnCheck":          {"# 1.1 T\n# c\ncheck 'd'\nstatus 200\n", "3: `check` is made from the section's comment: write `# sentence` instead"},
		"LoneCondition":     {"# 1.1 T\n# c\n[linux]\nstatus 200\n", "3: a condition without a command"},
		"LoneNegation":      {"# 1.1 T\n# c\n! # status 200\nstatus 200\n", "3: a condition without a command"},
		"BareMarker":        {"# 1.1 T\n# c\nstatus 200\n-- a --\n-- --", "5: `-- --` would begin a file without a name"},
		"UnclosedQuote":     {"# 1.1 T\n# c\nstatus 200\nbody 'it''s\n", "4: a quote is not closed"},
		"QuoteAcrossLines":  {"# 1.1 T\n# c\nbody -is 'a\nb'\n", "3: a quote is not closed"},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := catalog.ParseSuite(file, []byte(c.text), "1.1 T")
			require.Nil(t, s)
			require.EqualError(t, err, file+":"+c.want)
			requireDefects(t, err)
		})
	}
}

// TestParseSuiteAssertions ensures that every command that asserts makes a section
// one that asks, also behind `!`, and that the others do not.
func TestParseSuiteAssertions(t *testing.T) {
	for _, line := range []string{"status 200", "! header X", "body x", "json .", "parallel 2 -- GET /", "codes '200=2'", "tally .", "exits 1", "quit", "! output x",
		"log .", "tcp closed", "! exists f", "cmp a b", "grep x f", "'json' '.a == 1'", "  status 200"} {
		_, err := catalog.ParseSuite(file, []byte("# T\n# c\n"+line+"\n"), "")
		require.NoError(t, err, line)
	}
	for _, line := range []string{"serve", "listen P", "GET /", "set status 1", "write f x", "env a=b", "mkdir d", "hint x", "Status 200"} {
		_, err := catalog.ParseSuite(file, []byte("# T\n# c\n"+line+"\n"), "")
		require.ErrorContains(t, err, "asserts nothing", line)
	}
}

func FuzzParseSuite(f *testing.F) {
	for _, text := range []string{"", "# 1.1 T\n# c\nstatus 200\n", "# T\n# it's\n[linux] ! json '.a == \"b\"' # x\nstatus 1\n-- f --\nstop\n", "# T\n# c\nstop\n",
		"# T\n# c\nbody 'a''b\n", "# T\r\n# c\r\nstatus 200\r\n", "# T\n# c\n$A\nstatus 1", "# T\n-- --\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := catalog.ParseSuite(file, data, "")
		if err != nil {
			requirePlace(t, err, file, strings.Split(string(data), "\n"))
			return
		}
		before := strings.Split(string(txtar.Parse(data).Comment), "\n")
		require.NotEmpty(t, s.Checks)
		a := txtar.Parse(s.Script)
		require.Equal(t, fixtures(txtar.Parse(data)), fixtures(a), "fixtures stay as they are")
		after := strings.Split(string(a.Comment), "\n")
		require.Len(t, after, len(before))
		checks := 0
		for i, line := range after {
			if i > 0 && strings.HasPrefix(before[i], "# ") {
				require.Equal(t, "check '"+strings.ReplaceAll(s.Checks[checks], "'", "''")+"'", line)
				require.NotEmpty(t, strings.TrimSpace(s.Checks[checks]))
				checks++
				continue
			}
			require.Equal(t, before[i], line)
			require.False(t, slices.Contains([]string{"stop", "skip"}, strings.TrimSpace(line)), "line %d ends the script", i+1)
		}
		require.Len(t, s.Checks, checks)
	})
}

func fixtures(a *txtar.Archive) []string {
	var list []string
	for _, f := range a.Files {
		list = append(list, f.Name, string(f.Data))
	}
	return list
}

// requirePlace ensures that an error is a defect of the file, at a line it has.
func requirePlace(t *testing.T, err error, name string, lines []string) {
	t.Helper()
	var defect *catalog.Error
	require.ErrorAs(t, err, &defect)
	require.Equal(t, name, defect.File)
	require.NotEmpty(t, defect.Msg)
	require.GreaterOrEqual(t, defect.Line, 0)
	require.LessOrEqual(t, defect.Line, len(lines))
	if defect.Col > 0 {
		require.LessOrEqual(t, defect.Col, len(lines[defect.Line-1])+1, "line %d has no column %d", defect.Line, defect.Col)
	}
}
