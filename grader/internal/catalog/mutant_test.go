package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

// TestParseMutant ensures that a mutant's edits are taken as they are written but
// for the last newline, which a file of an archive cannot be without.
func TestParseMutant(t *testing.T) {
	const text = `
A title of one line.
More words, which are for authors.
kills: 1.1,1.2
kills: 1.3
-- main.go/find --
	a

-- main.go/replace --
-- sub/x.go/find2 --
  b
-- sub/x.go/replace2 --
  c
`
	m, err := catalog.ParseMutant("mutants/wrong-way.txtar", []byte(text))
	require.NoError(t, err)
	require.Equal(t, &catalog.Mutant{
		Name: "wrong-way", File: "mutants/wrong-way.txtar", Title: "A title of one line.", Kills: []string{"1.1", "1.2", "1.3"},
		Edits: []catalog.Edit{{File: "main.go", Find: "\ta\n", Replace: ""}, {File: "sub/x.go", Find: "  b", Replace: "  c"}},
	}, m)
}

// TestParseMutantErrors ensures that a mutant that would prove nothing is refused.
func TestParseMutantErrors(t *testing.T) {
	const (
		head   = "T\nkills: 1.1\n"
		begins = "m.txtar:1: begins with a title and a line such as `kills: 3.2`"
	)
	pair := func(name string) string {
		return `m.txtar: "` + name + `" is not followed by its pair: files come as main.go/find, main.go/replace`
	}
	for name, c := range map[string]struct{ text, want string }{
		"Empty":         {"", begins},
		"NoKills":       {"T\n-- a.go/find --\na\n-- a.go/replace --\n", begins},
		"NoTitle":       {"kills: 1.1\n-- a.go/find --\na\n-- a.go/replace --\n", begins},
		"EmptyKills":    {"T\nkills:\n-- a.go/find --\na\n-- a.go/replace --\n", begins},
		"EmptyKill":     {"T\nkills: 1.1,\n-- a.go/find --\na\n-- a.go/replace --\n", begins},
		"KillsTwice":    {"T\nkills: 1.1, 1.2, 1.1\n-- a.go/find --\na\n-- a.go/replace --\n", `m.txtar:2: kills "1.1" twice`},
		"KillsAgain":    {"T\nkills: 1.1\n\nkills: 1.1\n-- a.go/find --\na\n-- a.go/replace --\n", `m.txtar:4: kills "1.1" twice`},
		"NoEdit":        {head, "m.txtar: edits nothing: add main.go/find and main.go/replace"},
		"OnlyFind":      {head + "-- a.go/find --\na\n", pair("a.go/find")},
		"OnlyReplace":   {head + "-- a.go/replace --\na\n", pair("a.go/replace")},
		"WrongOrder":    {head + "-- a.go/replace --\na\n-- a.go/find --\nb\n", pair("a.go/replace")},
		"OtherFile":     {head + "-- a.go/find --\na\n-- b.go/replace --\nb\n", pair("a.go/find")},
		"OtherNumber":   {head + "-- a.go/find2 --\na\n-- a.go/replace --\nb\n", pair("a.go/find2")},
		"TwoFinds":      {head + "-- a.go/find --\na\n-- a.go/find --\nb\n", pair("a.go/find")},
		"SecondPair":    {head + "-- a.go/find --\na\n-- a.go/replace --\nb\n-- b.go/find --\nc\n", pair("b.go/find")},
		"WholeFile":     {head + "-- a.go --\na\n", pair("a.go")},
		"NoFolder":      {head + "-- find --\na\n-- replace --\n", pair("find")},
		"BareMarker":    {head + "-- a.go/find --\n-- --\r\n", "m.txtar:4: `-- --` would begin a file without a name"},
		"NumberNotLast": {head + "-- a.go/find2x --\na\n-- a.go/replace2x --\n", pair("a.go/find2x")},
	} {
		t.Run(name, func(t *testing.T) {
			m, err := catalog.ParseMutant("m.txtar", []byte(c.text))
			require.Nil(t, m)
			require.EqualError(t, err, c.want)
			requireDefects(t, err)
		})
	}
}

func FuzzParseMutant(f *testing.F) {
	for _, text := range []string{"", "T\nkills: 1.1\n-- a/find --\nx\n-- a/replace --\ny\n", "kills: 1.1, 1.1", "T\nkills: ,\n", "T\nkills: 1\n-- a/find2 --\n-- a/replace2 --", "-- --"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := catalog.ParseMutant("m.txtar", data)
		if err != nil {
			requirePlace(t, err, "m.txtar", strings.Split(string(data), "\n"))
			return
		}
		require.Equal(t, "m", m.Name)
		require.NotEmpty(t, strings.TrimSpace(m.Title))
		require.NotEmpty(t, m.Edits)
		require.NotEmpty(t, m.Kills)
		named := map[string]bool{}
		for _, id := range m.Kills {
			require.NotEmpty(t, id)
			require.False(t, named[id], "one mutant must not count twice for %s", id)
			named[id] = true
		}
	})
}
