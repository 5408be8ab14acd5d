package grade_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// calc is the reference of the phase whose exercises grade a learner's tests.
const calc = `package main

import (
	"fmt"
	"strings"
)

func double(n int) int { return n + n }

func words(text string) []string {
	return strings.Split(text, ",")
}

func main() { fmt.Println(double(21), words("a,b")) }
`

// testing07 is that phase: 1.1 with two wrong programs, and one that is right too.
func testing07(t *testing.T, flags string) *catalog.Phase {
	t.Helper()
	script := strings.NewReplacer("FLAGS", flags).Replace(`# your tests pass
hint 'Ask only what the lesson promises.'
gotest right FLAGScalc_test.go

# your tests catch the wrong programs
hint 'What does it do with a negative number?'
gotest wrong FLAGScalc_test.go
`)
	p := phase(exercise(t, "1.1", script))
	p.Solution = program(calc)
	for name, text := range map[string]string{
		"squared":  "double squares its number.\nwrong: 1.1\n-- main.go/find --\nn + n\n-- main.go/replace --\nn * n\n",
		"absolute": "double loses the sign.\nwrong: 1.1\n-- main.go/find --\nn + n\n-- main.go/replace --\nmax(n, -n) * 2\n",
		"shifted":  "double shifts instead of adding.\nright: 1.1\n-- main.go/find --\nn + n\n-- main.go/replace --\nn << 1\n",
	} {
		v, err := catalog.ParseVariant(name+".txtar", []byte(text), p.Solution)
		require.NoError(t, err)
		p.Variants = append(p.Variants, v)
	}
	return p
}

// tests is the learner's folder: a program that does not matter, and the test file.
func tests(body string) catalog.Files {
	f := program("package main\n\nfunc main() {}\n")
	f["calc_test.go"] = []byte("package main\n\nimport \"testing\"\n\n" + body)
	return f
}

const (
	goodTest = "func TestDouble(t *testing.T) {\n\tif double(3) != 6 || double(-3) != -6 {\n\t\tt.Error(\"no\")\n\t}\n}\n"
	weakTest = "func TestDouble(t *testing.T) {\n\tif double(3) != 6 {\n\t\tt.Error(\"no\")\n\t}\n}\n"
)

func TestGoTest(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	p := testing07(t, "")
	v := l.grade(t, grade.Request{Phase: p, Files: tests(goodTest)})
	require.Equal(t, []string{"1.1 pass"}, statuses(v), "%+v", v.Exercises[0].Failure)
	require.Equal(t, 2, v.Exercises[0].Checks)
	v = l.grade(t, grade.Request{Phase: p, Files: tests(weakTest)})
	require.Equal(t, []string{"1.1 fail"}, statuses(v))
	t.Logf("%+v", v.Exercises[0].Failure)
}
