package verify

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"

	"echofromzero/grader/internal/build"
	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/mutate"
)

// starter is proof 1.
func (v *Verifier) starter(ctx context.Context, p *catalog.Phase, proof *Proof) error {
	found, err := v.Builder.Vet(ctx, build.Source{Phase: p.Name, Files: p.Starter})
	if err != nil {
		return err
	}
	for _, e := range found {
		proof.bad("starter: %s", e)
	}
	verdict, err := v.grade(ctx, p, p.Starter, false, false)
	if err != nil {
		return err
	}
	if !verdict.Build.OK {
		for _, e := range verdict.Build.Errors {
			proof.bad("the starter does not build: %s", e)
		}
		return nil
	}
	seen := map[string]string{}
	for _, r := range verdict.Exercises {
		switch {
		case p.Exercise(r.ID).Kind == catalog.KindQuiz:
		case r.Status == grade.NotRun:
			proof.NotRun = append(proof.NotRun, describe(r))
		case r.Status == grade.Pass:
			proof.bad("the starter passes %s already: a learner would have nothing to do", r.ID)
		case r.Status != grade.Fail:
			proof.bad("the starter: %s", describe(r))
		case r.Failure.Crash:
			proof.bad("the starter does not fail a check of %s, it ends before one: %s", r.ID, describe(r))
		case seen[r.Failure.Check] != "":
			proof.bad("%s and %s fail for the same reason, %q", seen[r.Failure.Check], r.ID, r.Failure.Check)
		default:
			seen[r.Failure.Check] = r.ID
		}
	}
	return nil
}

// solutions is proof 2.
func (v *Verifier) solutions(ctx context.Context, p *catalog.Phase, proof *Proof) error {
	if v.Load {
		defer load()()
	}
	for name, files := range map[string]catalog.Files{"the reference": p.Solution, "the second solution": p.Second} {
		for round := range v.Repeat {
			verdict, err := v.grade(ctx, p, files, true, true)
			if err != nil {
				return err
			}
			for _, e := range verdict.Build.Errors {
				proof.bad("%s does not build: %s", name, e)
			}
			for _, r := range verdict.Exercises {
				switch {
				case r.Status == grade.NotRun && round == 0:
					proof.NotRun = append(proof.NotRun, describe(r))
				case r.Status != grade.Pass && r.Status != grade.NotRun && verdict.Build.OK:
					proof.bad("%s, round %d, seed %d: %s", name, round+1, verdict.Seed, describe(r))
				}
			}
			if len(proof.Problems) > 0 {
				break
			}
		}
	}
	slices.Sort(proof.NotRun)
	proof.NotRun = slices.Compact(proof.NotRun)
	return nil
}

// mutants is proof 3.
func (v *Verifier) mutants(ctx context.Context, p *catalog.Phase, proof *Proof) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	tried := v.chosen(p)
	// All mutants begin at once: what they share with the reference must be known by then.
	if slices.ContainsFunc(p.Exercises, func(e *catalog.Exercise) bool { return e.Suite != nil && len(e.Suite.Tests) > 0 }) {
		if _, err := v.request(ctx, grade.Request{Phase: p, Files: p.Solution, Passes: v.passes}); err != nil {
			return err
		}
	}
	problems, errs := make([][]string, len(tried)), make([]error, len(tried))
	explained := make([][]Explanation, len(tried))
	var wg sync.WaitGroup
	// A few at once: a program that is built and then waits long for its turn may be gone
	// from the cache by then.
	slots := make(chan struct{}, max(3, 2*runtime.GOMAXPROCS(0)))
	for i, m := range tried {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			if problems[i], explained[i], errs[i] = v.mutant(ctx, p, m); errs[i] != nil {
				cancel()
			}
		})
	}
	wg.Wait()
	for i, m := range tried {
		if errs[i] != nil {
			return errs[i]
		}
		for _, text := range problems[i] {
			proof.bad("%s: %s", m.Name, text)
		}
		for _, e := range explained[i] {
			if v.Explain != nil {
				v.Explain(e)
			}
		}
	}
	killers := map[string]int{}
	for _, m := range p.Mutants {
		for _, id := range m.Kills {
			killers[id]++
		}
	}
	for _, e := range p.Exercises {
		if e.Kind == catalog.KindSuite && killers[e.ID] < 2 {
			proof.bad("exercise %s is killed by %d mutants: at least 2 must show that its suite catches mistakes", e.ID, killers[e.ID])
		}
	}
	if v.PerExercise > 0 {
		return nil
	}
	return v.blind(ctx, p, proof)
}

// blind shows that a test which looks at nothing catches no wrong program: one that
// ends by itself is caught by any test, and so asks nothing of a learner's.
func (v *Verifier) blind(ctx context.Context, p *catalog.Phase, proof *Proof) error {
	files := p.Solution.Clone()
	var ids []string
	for _, e := range p.Exercises {
		if e.Suite == nil || len(e.Suite.Tests) == 0 {
			continue
		}
		ids = append(ids, e.ID)
		for _, t := range e.Suite.Tests {
			files[t.File] = []byte("package main\n\nimport \"testing\"\n\nfunc TestNothing(*testing.T) {}\n")
			if t.Fuzz != "" {
				files[t.File] = fmt.Appendf(files[t.File], "\nfunc %s(f *testing.F) { f.Skip() }\n", t.Fuzz)
			}
		}
	}
	if ids == nil {
		return nil
	}
	verdict, err := v.grade(ctx, p, files, false, false, ids...)
	if err != nil {
		return err
	}
	for _, r := range verdict.Exercises {
		if r.Status == grade.NotRun {
			continue
		}
		if r.Failure == nil {
			proof.bad("with tests that look at nothing, %s", describe(r))
			continue
		}
		if strings.HasPrefix(r.Failure.Got, "caught 0 of ") { // those that are not named were not tried
			continue
		}
		for _, m := range p.Variants {
			if slices.Contains(m.Wrong, r.ID) && !strings.Contains(r.Failure.Got, m.Title) {
				proof.bad("%s is caught by a test of %s that looks at nothing: %s", m.File, r.ID, r.Failure.Got)
			}
		}
	}
	return nil
}

// chosen are the mutants to try: all, or so many of each exercise, others each time.
func (v *Verifier) chosen(p *catalog.Phase) []*catalog.Mutant {
	if v.PerExercise == 0 {
		return p.Mutants
	}
	var list []*catalog.Mutant
	count := map[string]int{}
	for _, i := range rand.Perm(len(p.Mutants)) {
		m := p.Mutants[i]
		if slices.ContainsFunc(m.Kills, func(id string) bool { return count[id] < v.PerExercise }) {
			list = append(list, m)
			for _, id := range m.Kills {
				count[id]++
			}
		}
	}
	return list
}

// mutant grades one mutant and compares what failed with what it names.
func (v *Verifier) mutant(ctx context.Context, p *catalog.Phase, m *catalog.Mutant) (problems []string, explained []Explanation, err error) {
	files, err := mutate.Apply(m, p.Solution)
	if err != nil {
		return []string{err.Error()}, nil, nil
	}
	// What it shares with a right program to the last byte was seen to pass there: a
	// mutant in one test file leaves the program and the other test files as they are.
	verdict, err := v.request(ctx, grade.Request{Phase: p, Files: files, Passes: v.passes, NoRetry: v.Repeat <= 1})
	if err != nil {
		return nil, nil, err
	}
	for _, e := range verdict.Build.Errors {
		problems = append(problems, "does not build: "+e.String())
	}
	if !verdict.Build.OK {
		return problems, nil, nil
	}
	for _, r := range verdict.Exercises {
		named := slices.Contains(m.Kills, r.ID)
		switch {
		case r.Status == grade.NotRun:
		case r.Status == grade.Fail && named:
			explained = append(explained, Explanation{Phase: p.Name, Mutant: m.Name, Title: m.Title, Exercise: r.ID,
				Check: r.Failure.Check, Got: r.Failure.Got, Hint: r.Failure.Hint})
		case r.Status == grade.Pass && named:
			problems = append(problems, fmt.Sprintf("passes %s, which it should fail: the suite does not catch %q", r.ID, m.Title))
		case r.Status != grade.Pass:
			problems = append(problems, "names "+strings.Join(m.Kills, ", ")+", but "+describe(r))
		}
	}
	return problems, explained, nil
}

// hidden is proof 8.
func (v *Verifier) hidden(ctx context.Context, p *catalog.Phase, proof *Proof) error {
	for name, files := range map[string]catalog.Files{"starter": p.Starter, "solution": p.Solution, "second": p.Second} {
		for _, imp := range importsOfOurs(files, modulePath(v.Course.GoMod)) {
			proof.bad("%s: %s: a phase imports nothing of this module", name, imp)
		}
		if name == "starter" {
			continue
		}
		found, err := v.Builder.Vet(ctx, build.Source{Phase: p.Name, Files: files})
		if err != nil {
			return err
		}
		for _, e := range found {
			proof.bad("%s: %s", name, e)
		}
	}
	return nil
}
