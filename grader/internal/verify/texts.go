package verify

import (
	"bytes"
	"context"
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"echofromzero/grader/internal/catalog"
)

// Headings of a lesson, in their order.
var Headings = []string{"Goal", "The mental model", "Build it", "Where people trip", "Exercises", "Recap",
	"Quick check", "Coming from actix-web", "Next"}

// unfilled marks what `grader new` left for an author to write.
const unfilled = "TODO:"

// agreement is proof 4.
func (v *Verifier) agreement(_ context.Context, p *catalog.Phase, proof *Proof) error {
	ids := map[string]bool{}
	for _, e := range p.Exercises {
		if e.Kind == catalog.KindSuite {
			ids[e.ID] = true
		}
	}
	v.todos(p, proof, ids)
	checks := mentions(string(p.Lesson), `grader check `)
	for _, e := range p.Exercises {
		if e.Kind == catalog.KindQuiz {
			if quiz := "grader quiz " + p.Number; !checks[e.ID] && !strings.Contains(string(p.Lesson), quiz) {
				proof.bad("the lesson never says `%s`, which passes %s", quiz, e.ID)
			}
			continue
		}
		if !checks[e.ID] {
			proof.bad("the lesson never says `grader check %s`", e.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(checks)) {
		if _, e := v.Course.Exercise(id); e == nil && v.hasPhase(id) {
			proof.bad("the lesson says `grader check %s`, which is no exercise", id)
		}
	}
	v.headings(p, proof)
	v.placeholders(p, proof)
	return v.stray(p, proof)
}

// mentions are the exercise ids that stand behind before in a text.
func mentions(text, before string) map[string]bool {
	found := map[string]bool{}
	re := regexp.MustCompile(regexp.QuoteMeta(before) + `([a-z0-9-]+\.[0-9]+)`)
	for _, m := range re.FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	return found
}

// hasPhase reports whether the course has the phase of an exercise id: a lesson may
// look forward to one that is not written yet.
func (v *Verifier) hasPhase(id string) bool {
	prefix, _, _ := strings.Cut(id, ".")
	return slices.ContainsFunc(v.Course.Phases, func(p *catalog.Phase) bool { return strings.HasPrefix(p.Exercises[0].ID, prefix+".") })
}

// todos compares the TODO comments of the starter with the exercises.
func (v *Verifier) todos(p *catalog.Phase, proof *Proof, ids map[string]bool) {
	owed := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(p.Starter)) {
		for _, id := range slices.Sorted(maps.Keys(mentions(string(p.Starter[name]), "TODO "))) {
			owed[id] = true
			if !ids[id] {
				proof.bad("starter: %s owes TODO %s, which is no exercise", name, id)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(ids)) {
		if !owed[id] {
			proof.bad("no file of the starter has a comment `// TODO %s: …`", id)
		}
	}
	for where, files := range map[string]catalog.Files{"solution": p.Solution, "second": p.Second} {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			for _, id := range slices.Sorted(maps.Keys(mentions(string(files[name]), "TODO "))) {
				proof.bad("%s/%s still owes TODO %s", where, name, id)
			}
		}
	}
}

var tag = regexp.MustCompile(`<[^>]*>`)

func (v *Verifier) headings(p *catalog.Phase, proof *Proof) {
	var got []string
	for _, line := range outsideFences(string(p.Lesson)) {
		title, ok := strings.CutPrefix(line, "## ")
		if !ok && strings.Contains(line, "<summary>") {
			title, ok = tag.ReplaceAllString(line, ""), true
		}
		if ok && slices.Contains(Headings, strings.TrimSpace(title)) && !slices.Contains(got, strings.TrimSpace(title)) {
			got = append(got, strings.TrimSpace(title))
		}
	}
	if !slices.Equal(got, Headings) {
		proof.bad("the lesson's headings are %s; they must be %s", strings.Join(got, " · "), strings.Join(Headings, " · "))
	}
}

// placeholders finds what a new phase's author has not written yet.
func (v *Verifier) placeholders(p *catalog.Phase, proof *Proof) {
	look := func(name string, data []byte) {
		for i, line := range strings.Split(string(data), "\n") {
			if strings.Contains(line, unfilled) {
				proof.bad("%s:%d: still to be written: %s", name, i+1, strings.TrimSpace(line))
				return
			}
		}
	}
	look(p.Dir()+"/README.md", p.Lesson)
	for where, files := range map[string]catalog.Files{"the starter": p.Starter, "solution": p.Solution, "second": p.Second} {
		for _, name := range slices.Sorted(maps.Keys(files)) {
			look(where+": "+name, files[name])
		}
	}
	names := []string{p.Dir() + "/phase.toml", p.QuizFile}
	for _, e := range p.Exercises {
		if e.Suite != nil {
			names = append(names, e.Suite.File)
		}
	}
	for _, m := range p.Mutants {
		names = append(names, m.File)
	}
	for _, m := range p.Variants {
		names = append(names, m.File)
	}
	for _, name := range names {
		if data, err := fs.ReadFile(v.FS, name); err == nil {
			look(name, data)
		}
	}
}

// stray finds files that nothing reads, and a packed starter that is not what
// lies at the top of the phase. Both can be seen only where the course is a folder.
func (v *Verifier) stray(p *catalog.Phase, proof *Proof) error {
	entries, err := fs.ReadDir(v.FS, p.Dir()+"/"+catalog.Hidden)
	if err != nil {
		return err
	}
	known := []string{"starter.txtar", "solution", "second", "suite", "mutants", "variants"}
	for _, e := range entries {
		if !slices.Contains(known, e.Name()) {
			proof.bad("%s/%s/%s: nothing reads it", p.Dir(), catalog.Hidden, e.Name())
		}
	}
	top, err := Top(v.FS, p.Dir())
	if err != nil {
		return err
	}
	if len(top) == 0 { // the course embedded in the grader has no Go files at the top
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(top)) {
		if packed, ok := p.Starter[name]; !ok {
			proof.bad("%s/%s is not in the packed starter: remove it, or run `grader pack %s`", p.Dir(), name, p.Number)
		} else if !bytes.Equal(packed, top[name]) {
			proof.bad("%s/%s differs from the packed starter: run `grader pack %s`", p.Dir(), name, p.Number)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Starter)) {
		if _, ok := top[name]; !ok {
			proof.bad("%s/%s is in the packed starter only: run `grader pack %s`", p.Dir(), name, p.Number)
		}
	}
	return nil
}

// Top reads what a learner begins with from the top of a phase's folder: every
// regular file but the lesson, the manifest, hidden ones and capstones.
func Top(fsys fs.FS, dir string) (catalog.Files, error) {
	files := catalog.Files{}
	err := fs.WalkDir(fsys, dir, func(name string, d fs.DirEntry, err error) error {
		rel := strings.TrimPrefix(name, dir+"/")
		switch {
		case err != nil:
			return err
		case name == dir:
			return nil
		case strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		case d.IsDir():
			if _, err := fs.Stat(fsys, path.Join(name, "phase.toml")); err == nil {
				return fs.SkipDir
			}
			return nil
		case rel == "README.md" || rel == "phase.toml":
			return nil
		case !d.Type().IsRegular():
			return fmt.Errorf("%s is no regular file", name)
		}
		files[rel], err = fs.ReadFile(fsys, name)
		return err
	})
	return files, err
}

// continuity is proof 5.
func (v *Verifier) continuity(_ context.Context, p *catalog.Phase, proof *Proof) error {
	i := slices.Index(v.Course.Phases, p)
	for i--; i >= 0 && v.Course.Phases[i].Capstone(); i-- {
	}
	if i < 0 || p.Capstone() {
		return nil
	}
	before := v.Course.Phases[i]
	for _, out := range v.LeftOut {
		if before.Name < out && out < p.Name {
			proof.NotRun = append(proof.NotRun, "the phase before, "+out+", has defects")
			return nil
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Starter)) {
		was, ok := before.Solution[name]
		touched := owes(p, p.Starter[name])
		rewritten := slices.Contains(p.Rewritten, name)
		switch same := bytes.Equal(was, p.Starter[name]); {
		case ok && !same && !touched && !rewritten:
			proof.bad("%s differs from the reference of %s, though no TODO of this phase is in it: copy it, or name it in `rewritten`", name, before.Name)
		case rewritten && (!ok || same):
			proof.bad("`rewritten` names %s, which is %s", name, map[bool]string{true: "unchanged", false: "new"}[ok])
		}
	}
	for _, name := range slices.Sorted(maps.Keys(before.Solution)) {
		if _, ok := p.Starter[name]; !ok && !slices.Contains(p.Rewritten, name) {
			proof.bad("%s of the reference of %s is gone: keep it, or name it in `rewritten`", name, before.Name)
		}
	}
	for _, name := range p.Rewritten {
		_, now := p.Starter[name]
		if _, was := before.Solution[name]; !was && !now {
			proof.bad("`rewritten` names %s, which is nowhere", name)
		}
	}
	return nil
}

// owes reports whether a file has a TODO of the phase.
func owes(p *catalog.Phase, data []byte) bool {
	for id := range mentions(string(data), "TODO ") {
		if p.Exercise(id) != nil {
			return true
		}
	}
	return false
}

func modulePath(goMod []byte) string { return modfile.ModulePath(goMod) }

// importsOfOurs lists imports of the course's own module.
func importsOfOurs(files catalog.Files, module string) []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Ext(name) != ".go" {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, files[name], parser.ImportsOnly)
		if err != nil {
			continue // the compiler says it
		}
		for _, imp := range f.Imports {
			p, _ := strconv.Unquote(imp.Path.Value)
			if p == module || strings.HasPrefix(p, module+"/") {
				found = append(found, fmt.Sprintf("%s imports %s", name, p))
			}
		}
	}
	return found
}
