package scaffold

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"echofromzero/grader/internal/catalog"
)

// register adds the handler's routes to the function that makes the app, and returns
// the file it changed. That function is the first whose result is an *echo.Echo
// and whose last line returns a variable; a program without one is left as it
// is, and the result is "".
func register(files catalog.Files, handler string) (string, error) {
	for _, name := range sources(files) {
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return "", fmt.Errorf("read the program: %w", err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || !makesApp(fn) {
				continue
			}
			last := fn.Body.List[len(fn.Body.List)-1].(*ast.ReturnStmt)
			app := last.Results[0].(*ast.Ident).Name
			at := fset.Position(last.Pos()).Offset
			call := fmt.Sprintf("%s{}.routes(%s)\n\t", handler, app)
			files[name] = slices.Concat(files[name][:at], []byte(call), files[name][at:])
			return name, nil
		}
	}
	return "", nil
}

// sources lists the Go files that are part of the program, in order.
func sources(files catalog.Files) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(files)), func(name string) bool {
		return path.Dir(name) != "." || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go")
	})
}

// makesApp reports whether fn is `func … *echo.Echo` and ends in `return e`.
func makesApp(fn *ast.FuncDecl) bool {
	if fn.Body == nil || len(fn.Body.List) == 0 || fn.Type.Results == nil {
		return false
	}
	star, ok := fn.Type.Results.List[0].Type.(*ast.StarExpr)
	if !ok {
		return false
	}
	if sel, ok := star.X.(*ast.SelectorExpr); !ok || sel.Sel.Name != "Echo" {
		return false
	}
	last, ok := fn.Body.List[len(fn.Body.List)-1].(*ast.ReturnStmt)
	if !ok || len(last.Results) == 0 {
		return false
	}
	id, ok := last.Results[0].(*ast.Ident)
	return ok && id.Name != "nil"
}

var echoPath = regexp.MustCompile(`^"(github\.com/labstack/echo/v[0-9]+)"$`)

// echoOf is the import path of the Echo that a program uses; of one without, version 4's.
func echoOf(files catalog.Files) string {
	for _, name := range sources(files) {
		f, err := parser.ParseFile(token.NewFileSet(), name, files[name], parser.ImportsOnly)
		if err != nil {
			continue
		}
		for _, imp := range f.Imports {
			if m := echoPath.FindStringSubmatch(imp.Path.Value); m != nil {
				return m[1]
			}
		}
	}
	return "github.com/labstack/echo/v4"
}

// declared lists the names that the files of a program declare at their top.
func declared(files catalog.Files) ([]string, error) {
	var names []string
	for _, name := range sources(files) {
		f, err := parser.ParseFile(token.NewFileSet(), name, files[name], parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("read the program: %w", err)
		}
		for _, d := range f.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				names = append(names, d.Name.Name) // a method's too: more than needed, and no harm
			case *ast.GenDecl:
				for _, s := range d.Specs {
					names = append(names, specNames(s)...)
				}
			}
		}
	}
	return names, nil
}

func specNames(s ast.Spec) []string {
	var names []string
	switch s := s.(type) {
	case *ast.TypeSpec:
		names = append(names, s.Name.Name)
	case *ast.ValueSpec:
		for _, id := range s.Names {
			names = append(names, id.Name)
		}
	}
	return names
}
