package mutate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/mutate"
)

type edit = catalog.Edit

func TestApply(t *testing.T) {
	files := catalog.Files{"main.go": []byte("a\nb\na c\n"), "x.go": []byte("one\n")}
	for name, c := range map[string]struct {
		edits []catalog.Edit
		want  string // of main.go
		err   string
	}{
		"OK":          {[]edit{{File: "main.go", Find: "b\na", Replace: "B"}}, "a\nB c\n", ""},
		"InOrder":     {[]edit{{File: "main.go", Find: "b", Replace: "d"}, {File: "main.go", Find: "d", Replace: "e"}}, "a\ne\na c\n", ""},
		"Empty":       {[]edit{{File: "main.go", Find: "b", Replace: ""}}, "a\n\na c\n", ""},
		"ErrMany":     {[]edit{{File: "main.go", Find: "a", Replace: "b"}}, "", "m.txtar: the text to find occurs 2 times in main.go: it must occur exactly once"},
		"ErrNone":     {[]edit{{File: "main.go", Find: "z", Replace: "b"}}, "", "m.txtar: the text to find occurs 0 times in main.go: it must occur exactly once"},
		"ErrFile":     {[]edit{{File: "y.go", Find: "z", Replace: "b"}}, "", "m.txtar: edits y.go, which the reference does not have"},
		"ErrSame":     {[]edit{{File: "main.go", Find: "b", Replace: "b"}}, "", "m.txtar: the edit of main.go changes nothing"},
		"ErrNoFind":   {[]edit{{File: "main.go", Find: "", Replace: "b"}}, "", "m.txtar: the text to find in main.go is empty"},
		"ErrAllNamed": {[]edit{{File: "y.go", Find: "z", Replace: "b"}, {File: "main.go", Find: "b", Replace: "b"}}, "", "m.txtar: edits y.go, which the reference does not have\nm.txtar: the edit of main.go changes nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := mutate.Apply(&catalog.Mutant{File: "m.txtar", Edits: c.edits}, files)
			if c.err != "" {
				require.EqualError(t, err, c.err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, c.want, string(got["main.go"]))
			require.Equal(t, "a\nb\na c\n", string(files["main.go"]), "the original stays as it is")
		})
	}
}
