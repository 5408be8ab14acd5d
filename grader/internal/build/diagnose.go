package build

import (
	"fmt"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
)

// An Error is one reason why a program does not build.
type Error struct {
	File      string // as the learner knows it: "phases/01-hello/main.go"; "" when it is about no file
	Line, Col int    // 1-based; 0 when not known
	Msg       string
	Source    string // the source line, "" when not known
}

func (e Error) String() string {
	if e.File == "" {
		return e.Msg
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Msg)
}

// MaxErrors is how many errors a Program tells.
const MaxErrors = 5

var (
	located    = regexp.MustCompile(`^(?:vet: )?(?:\./)?(phases/[^:]+\.[a-z]+):([0-9]+)(?::([0-9]+))?: (.*)$`)
	noModule   = regexp.MustCompile(`(?:no required module provides package|cannot find module providing package) ([^ ;:]+)`)
	machine    = regexp.MustCompile(`no space left on device|disk quota exceeded|read-only file system|permission denied|cannot allocate memory|signal: killed|too many open files`)
	undeclared = regexp.MustCompile(`function main is undeclared in the main package`)
)

// diagnose reads what a failed go command printed. An error means that the
// machine is at fault, not the program.
func (b *Builder) diagnose(output string, src Source) (list []Error, more int, err error) {
	var rest []string
	for line := range strings.SplitSeq(output, "\n") {
		m := located.FindStringSubmatch(strings.TrimRight(line, "\r"))
		if m == nil {
			if strings.HasPrefix(line, "\t") && len(list) > 0 { // "have (…)" and "want (…)"
				list[len(list)-1].Msg += "\n" + strings.TrimRight(line, "\r")
			} else if line != "" && !strings.HasPrefix(line, "#") {
				rest = append(rest, strings.TrimSpace(line))
			}
			continue
		}
		e := Error{File: m[1], Msg: m[4]}
		e.Line, _ = strconv.Atoi(m[2])
		e.Col, _ = strconv.Atoi(m[3])
		if pkg := noModule.FindStringSubmatch(e.Msg); pkg != nil {
			e.Msg = b.notListed(pkg[1])
		} else if lookupOff.MatchString(output) {
			// The go command read every module's requirements in search of the package,
			// and what it says is about the first that it missed.
			e.Msg = "no package has this path in the course's modules: is it spelled as the lesson spells it?"
		}
		e.Source = sourceLine(src, e)
		list = append(list, e)
	}
	text := strings.Join(rest, "\n")
	switch {
	case len(list) > MaxErrors:
		return list[:MaxErrors], len(list) - MaxErrors, nil
	case len(list) > 0:
		return list, 0, nil
	case machine.MatchString(text):
		return nil, 0, fmt.Errorf("the go command could not do its work: %s", trimmed(text))
	case undeclared.MatchString(text):
		return []Error{{Msg: fmt.Sprintf("phases/%s has no func main: a program begins there", src.Phase)}}, 0, nil
	case strings.Contains(text, "no main packages to build"):
		return []Error{{Msg: fmt.Sprintf("phases/%s is not package main: its files must begin with `package main`", src.Phase)}}, 0, nil
	}
	return []Error{{Msg: trimmed(text)}}, 0, nil
}

// refuseImport says why an import is not accepted, or "". It is decided here and not
// by the go command, which would want to read the requirements of every module.
func (b *Builder) refuseImport(src Source, quoted string) string {
	name, err := strconv.Unquote(quoted)
	if err != nil {
		return "" // the compiler says it
	}
	first, _, _ := strings.Cut(name, "/")
	module := modfile.ModulePath(b.course.GoMod)
	switch {
	case name == "C":
		return `import "C" is not accepted: the exercises need no C`
	case first == module:
		dir := module + "/phases/" + src.Phase + "/"
		for file := range src.Files {
			if strings.HasPrefix(name, dir) && path.Dir(file) == strings.TrimPrefix(name, dir) {
				return ""
			}
		}
		return fmt.Sprintf("%s is no package of this phase: only folders of phases/%s can be imported", name, src.Phase)
	case !strings.Contains(first, "."): // the standard library
		root := b.tool.Env["GOROOT"]
		if _, err := os.Stat(filepath.Join(root, "src", filepath.FromSlash(name))); root != "" && err != nil {
			return fmt.Sprintf("package %s is not in the standard library: is it spelled right?", name)
		}
		return ""
	}
	f, err := modfile.ParseLax("go.mod", b.course.GoMod, nil)
	if err != nil {
		return ""
	}
	for _, r := range f.Require {
		if name == r.Mod.Path || strings.HasPrefix(name, r.Mod.Path+"/") {
			return ""
		}
	}
	return b.notListed(name)
}

func (b *Builder) notListed(pkg string) string {
	return fmt.Sprintf("package %s is in none of the course's modules: the exercises need only the standard library, Echo, and what the lesson names", pkg)
}

func sourceLine(src Source, e Error) string {
	data, ok := src.Files[strings.TrimPrefix(e.File, "phases/"+src.Phase+"/")]
	if !ok {
		return ""
	}
	lines := strings.Split(string(data), "\n")
	if e.Line < 1 || e.Line > len(lines) {
		return ""
	}
	return strings.TrimRight(lines[e.Line-1], "\r")
}

// refused are file types that the go command would hand to an assembler, a C
// compiler or the linker, or that change how it builds.
var refused = []string{".s", ".S", ".sx", ".syso", ".c", ".cc", ".cpp", ".cxx", ".h", ".hh", ".hpp", ".m", ".f", ".F", ".f90", ".swig", ".swigcxx"}

// refuse lists what a graded build does not take, before the go command sees it.
func (b *Builder) refuse(src Source) []Error {
	var list []Error
	goFiles := 0
	for _, name := range slices.Sorted(maps.Keys(src.Files)) {
		full := "phases/" + src.Phase + "/" + name
		if slices.Contains(refused, path.Ext(name)) || path.Base(name) == "default.pgo" {
			list = append(list, Error{File: full, Line: 1, Col: 1, Msg: "the course builds Go files only: remove this file"})
		}
		if path.Ext(name) != ".go" {
			continue
		}
		goFiles++
		for _, e := range hidden(src.Files[name]) {
			e.File = full
			e.Source = sourceLine(src, e)
			list = append(list, e)
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, src.Files[name], parser.ImportsOnly)
		if err != nil {
			continue // the compiler says it better
		}
		for _, imp := range f.Imports {
			if msg := b.refuseImport(src, imp.Path.Value); msg != "" {
				pos := fset.Position(imp.Path.Pos())
				e := Error{File: full, Line: pos.Line, Col: pos.Column, Msg: msg}
				e.Source = sourceLine(src, e)
				list = append(list, e)
			}
		}
	}
	if goFiles == 0 {
		list = append(list, Error{Msg: fmt.Sprintf("phases/%s holds no Go file: `grader reset %s` brings the starter back", src.Phase, strings.SplitN(src.Phase, "-", 2)[0])})
	}
	return list
}
