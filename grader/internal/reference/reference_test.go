package reference_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	course "echofromzero"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/reference"
)

func added(changes []reference.Change) string {
	var b strings.Builder
	for _, c := range changes {
		for _, l := range c.Lines {
			if l[0] == '+' {
				b.WriteString(c.File + ": " + l[1:] + "\n")
			}
		}
	}
	return b.String()
}

func TestOf(t *testing.T) {
	t.Parallel()
	p := &catalog.Phase{
		Starter: catalog.Files{"main.go": []byte(`package main

func a() {
	// TODO 1.1: call b.
}

func keep() {}

func keep2() {}

func c() {
	// TODO 1.2: say c.
}
`)},
		Solution: catalog.Files{
			"main.go": []byte(`package main

func a() {
	b()
}

func keep() {}

func keep2() {}

func c() {
	say("c")
}
`),
			"b.go":      []byte("package main\n\nfunc b() { deep() }\n\nfunc deep() {}\n"),
			"unused.go": []byte("package main\n\nfunc unused() { other() }\n"),
		},
	}
	one := reference.Of(p, "1.1")
	require.Equal(t, "b.go: package main\nb.go: \nb.go: func b() { deep() }\nb.go: \nb.go: func deep() {}\nmain.go: \tb()\n", added(one))
	require.Equal(t, 1, one[1].Line)
	require.Equal(t, []string{" package main", " ", " func a() {", "-\t// TODO 1.1: call b.", "+\tb()", " }", " ", " func keep() {}"}, one[1].Lines)
	two := reference.Of(p, "1.2")
	require.Equal(t, "main.go: \tsay(\"c\")\n", added(two))
	require.Equal(t, 9, two[0].Line)
	require.Empty(t, reference.Of(p, "1.3"))
}

// TestCourse: every exercise of the course has changes of its own, and they leave out
// something of the phase.
func TestCourse(t *testing.T) {
	t.Parallel()
	c, err := catalog.Load(course.FS())
	require.NoError(t, err)
	for _, p := range c.Phases {
		for _, e := range p.Exercises {
			if e.Kind == catalog.KindQuiz {
				continue
			}
			own := reference.Of(p, e.ID)
			require.NotEmpty(t, added(own), e.ID)
			for _, o := range own {
				for i, line := range o.Lines[:min(len(o.Lines), 3)] {
					if line[0] == ' ' {
						file := strings.Split(string(p.Solution[o.File]), "\n")
						require.Equal(t, line[1:], file[o.Line-1+i], "%s %s:%d", e.ID, o.File, o.Line)
					} else {
						break
					}
				}
			}
		}
	}
}
