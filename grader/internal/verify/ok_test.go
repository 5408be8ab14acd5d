package verify_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/mutate"
	"echofromzero/grader/internal/verify"
)

// TestOK ensures that all eight proofs hold for both phases of a sound course, also
// when the right programs run several times on busy cores, and that an author is
// told how each mutant is caught.
func TestOK(t *testing.T) {
	var mu sync.Mutex
	var explained []verify.Explanation
	var done []int
	b := newBench(t, nil, nil, func(o *verify.Options) {
		o.Repeat, o.Load = 2, true
		o.Done = func(p verify.Proof) { done = append(done, p.Number) }
		o.Explain = func(e verify.Explanation) {
			mu.Lock()
			defer mu.Unlock()
			explained = append(explained, e)
		}
	})
	for _, phase := range []string{"01", "02"} {
		done = nil
		p := b.course.Phase(phase)
		list, err := b.Phase(t.Context(), p)
		require.NoError(t, err)
		require.Len(t, list, 8)
		for i, proof := range list {
			require.Empty(t, proof.Problems, "proof %d", proof.Number)
			require.Empty(t, proof.Warnings, "proof %d", proof.Number)
			require.Empty(t, proof.NotRun, "proof %d", proof.Number)
			require.Equal(t, i+1, proof.Number)
			require.Equal(t, p.Name, proof.Phase)
			require.Positive(t, proof.Took)
		}
		require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8}, done)
	}

	var caught []string
	for _, e := range explained {
		caught = append(caught, e.Mutant+" "+e.Exercise)
	}
	slices.Sort(caught)
	require.Equal(t, []string{"double-squared 2.1", "double-unrouted 2.1", "hello-anywhere 1.1", "hello-loud 1.1", "square-cubed 1.2", "square-lenient 1.2"}, caught)
	i := slices.IndexFunc(explained, func(e verify.Explanation) bool { return e.Mutant == "hello-loud" })
	require.Equal(t, verify.Explanation{Phase: "01-greet", Mutant: "hello-loud", Title: "The greeting is shouted.", Exercise: "1.1",
		Check: "GET / says hello", Got: "HELLO", Hint: "The text stands in handlers.go."}, explained[i])
}

// TestStillOK ensures that what is right in another way is not refused.
func TestStillOK(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		phase         string
		look          []int
		before, after []edit
	}{
		// The course embedded in the grader holds no file from the top of a phase.
		"Embedded":          {"01", everything, nil, []edit{del(p1 + "main.go"), del(p1 + "handlers.go")}},
		"Rewritten":         {"02", everything, []edit{sub(p2+"main.go", `"listening on"`, `"ready on"`), sub(p2+"phase.toml", "minutes = 5\n", "minutes = 5\nrewritten = [\"main.go\"]\n")}, nil},
		"RewrittenGone":     {"02", everything, []edit{put(s1+"extra.go", "package main\n"), sub(p2+"phase.toml", "minutes = 5\n", "minutes = 5\nrewritten = [\"extra.go\"]\n")}, nil},
		"SubPackage":        {"01", everything, []edit{put(h1+"second/sub/data.txt", "x\n")}, nil},
		"DataAtTheTop":      {"01", texts, []edit{put(p1+"data/list.txt", "x\n"), put(p1+".gitignore", "x\n")}, nil},
		"HeadingsInside":    {"01", texts, []edit{sub(p1+"README.md", "## Recap\n", "## One more thing\n\n### Goal\n\n## Recap\n")}, nil},
		"OtherTag":          {"01", texts, []edit{sub(p1+"README.md", "## Recap\n", "```sh\ngo run .\n```\n\n~~~text\nfunc nowhere() {\n~~~\n\n## Recap\n")}, nil},
		"TildeProgram":      {"01", texts, []edit{sub(p1+"README.md", "## Recap\n", "~~~go\npackage main\n\nfunc main() { println(\"``` is no fence here\") }\n~~~\n\n## Recap\n")}, nil},
		"NextPhaseNamed":    {"01", texts, []edit{sub(p1+"README.md", "Doubling.\n", "Doubling, `grader check 2.1`, and one day `grader check 3.1`.\n")}, nil},
		"QuizExercise":      {"01", everything, []edit{sub(p1+"phase.toml", "title = \"Square a number\"\n", quizExercise), sub(p1+"README.md", "## Recap\n", "`grader check 1.3`\n\n## Recap\n")}, nil},
		"OutputWithoutEnd":  {"01", texts, []edit{sub("quiz/01-greet.json", `"output": "7\n"`, `"output": "7"`)}, nil},
		"CodeWithoutOutput": {"01", texts, []edit{sub("quiz/01-greet.json", `"q": "A first question 3?",`, `"q": "A first question 3?", "code": "n := 1 …",`)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, problems := failed(newBench(t, c.before, c.after).prove(t, c.phase, c.look))
			require.Empty(t, problems)
		})
	}
}

const quizExercise = `title = "Square a number"
hints = ["a", "b", "c", "d"]
after = "It multiplies."

[[exercise]]
id = "1.3"
title = "Know it"
kind = "quiz"
`

// TestWarnings ensures that a quiz which gives its answers away is warned about, and
// fails nothing.
func TestWarnings(t *testing.T) {
	t.Parallel()
	longest := func(n string) edit {
		const before, after = "?\",\n  \"choices\": [\n   \"yes\"", "?\",\n  \"choices\": [\n   \"yes, whenever\""
		return sub("quiz/01-greet.json", "A first question "+n+before, "A first question "+n+after)
	}
	for name, c := range map[string]struct {
		edits []edit
		want  []string
	}{
		"ThreeOfEight": {[]edit{longest("3"), longest("4"), longest("5")}, nil},
		"FourOfEight": {[]edit{longest("3"), longest("4"), longest("5"), longest("6")},
			[]string{"quiz/01-greet.json: the right choice is the longest in 4 of 8 questions, which gives it away"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := newBench(t, c.edits, nil).prove(t, "01", []int{6})
			_, problems := failed(shown)
			require.Empty(t, problems)
			require.Equal(t, c.want, shown[6].Warnings)
		})
	}
}

// TestCanceled ensures that a proof which is given up is no proof.
func TestCanceled(t *testing.T) {
	t.Parallel()
	b := newBench(t, nil, nil)
	ctx, cancel := context.WithCancel(t.Context())
	var shown int
	b.Done = func(verify.Proof) {
		shown++
		cancel()
	}
	list, err := b.Phase(ctx, b.course.Phase("01"))
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "01-greet: proof 2: ")
	require.Len(t, list, 1)
	require.Equal(t, 1, shown)
}

// TestMachineFault ensures that a build for which the machine is at fault proves
// nothing: it is an error, and no proof that holds.
func TestMachineFault(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		proof int
		file  string // to add a comment to, so that no other test has built the program
		text  string
		files func(*catalog.Phase) catalog.Files
	}{
		"Starter":  {1, p1 + "main.go", "func main() {", func(p *catalog.Phase) catalog.Files { return p.Starter }},
		"Solution": {2, s1 + "main.go", "func main() {", func(p *catalog.Phase) catalog.Files { return p.Solution }},
		"Second":   {2, h1 + "second/main.go", "func main() {", func(p *catalog.Phase) catalog.Files { return p.Second }},
		"Mutant": {3, h1 + "mutants/hello-anywhere.txtar", "	w.WriteHeader(http.StatusTeapot)\n", func(p *catalog.Phase) catalog.Files {
			files, err := mutate.Apply(p.Mutants[0], p.Solution)
			require.NoError(t, err)
			return files
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, []edit{sub(c.file, c.text, "// "+name+"\n"+c.text)}, nil)
			p := b.course.Phase("01")
			// Where the binary belongs is a folder that cannot be replaced.
			key := b.Builder.Key(build.Source{Phase: p.Name, Files: c.files(p)})
			require.NoError(t, os.MkdirAll(filepath.Join(shared.cache, "bin", key, "x"), 0o755))
			list, err := b.Phase(t.Context(), p)
			require.ErrorContains(t, err, fmt.Sprintf("01-greet: proof %d: ", c.proof))
			require.ErrorContains(t, err, "keep the binary")
			require.Len(t, list, c.proof-1)
		})
	}
}

// TestOKTested ensures that all eight proofs hold for a phase with an exercise that
// grades a learner's own tests.
func TestOKTested(t *testing.T) {
	t.Parallel()
	b := newBench(t, tested(), nil)
	_, problems := failed(b.prove(t, "02", everything))
	require.Empty(t, problems)
}
