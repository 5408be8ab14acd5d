package verify

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"

	"echofromzero/grader/internal/sandbox"
)

// ports gives each port that a lesson names a free one, so that lessons can be run
// beside each other and beside what else runs on the machine.
type ports struct {
	box  sandbox.Box
	real map[string]string // by the port that the lesson names
}

// of is the free port for a port of the lesson.
func (p *ports) of(port string) (string, error) {
	if real := p.real[port]; real != "" {
		return real, nil
	}
	n, err := p.box.Port()
	if err != nil {
		return "", err
	}
	p.real[port] = strconv.Itoa(n)
	return p.real[port], nil
}

var (
	addressed = regexp.MustCompile(`((?:127\.0\.0\.1|localhost|\[::1\])[: ])([1-9][0-9]{1,4})\b`)
	assigned  = regexp.MustCompile(`(\b[A-Z_]*PORT=["']?|=["']?:)([1-9][0-9]{1,4})(\b)`)
)

// named lists the ports of this machine that a command names.
func named(command string) []string {
	var list []string
	for _, m := range addressed.FindAllStringSubmatch(command, -1) {
		list = append(list, m[2])
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// into puts the free ports into a command. A number that is no port stays.
func (p *ports) into(command string) (string, error) {
	var failed error
	for _, re := range []*regexp.Regexp{addressed, assigned} {
		command = re.ReplaceAllStringFunc(command, func(s string) string {
			m := re.FindStringSubmatch(s)
			if n, err := strconv.Atoi(m[2]); err != nil || n > 65535 || slices.Contains(p.free(), m[2]) {
				return s
			}
			real, err := p.of(m[2])
			if err != nil {
				failed = err
			}
			return m[1] + real
		})
	}
	return command, failed
}

// free are the ports that were put in the place of others.
func (p *ports) free() []string {
	var list []string
	for _, real := range p.real {
		list = append(list, real)
	}
	return list
}

// back puts the lesson's ports into what was printed.
func (p *ports) back(output string) string {
	for shown, real := range p.real {
		output = regexp.MustCompile(`\b`+real+`\b`).ReplaceAllString(output, shown)
	}
	return output
}

// A literal is a port that stands in a string of a Go program.
type literal struct {
	from, to int    // of its digits
	quote    string // of the string
	port     string
}

var listens = regexp.MustCompile("(?:127\\.0\\.0\\.1|localhost|0\\.0\\.0\\.0|\\[::1?\\]|^[\"`]):([1-9][0-9]{1,4})\\b")

// literals finds the ports in the strings of a Go program: those behind a host or a
// colon, and strings that are nothing but a port which the lesson's commands name.
// consts is where the constants among them are declared.
func literals(src string, known []string) (list []literal, consts []int) {
	fset := token.NewFileSet()
	f, err := parser.ParseFile(fset, "main.go", src, parser.SkipObjectResolution)
	if err != nil {
		return nil, nil // the compiler says it
	}
	at := func(pos token.Pos) int { return fset.Position(pos).Offset }
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			return n.Tag == nil
		case *ast.BasicLit:
			if n.Kind == token.STRING {
				list = append(list, portsIn(n.Value, at(n.Pos()), known)...)
			}
		}
		return true
	})
	ast.Inspect(f, func(n ast.Node) bool {
		if d, ok := n.(*ast.GenDecl); ok && d.Tok == token.CONST &&
			slices.ContainsFunc(list, func(l literal) bool { return at(d.Pos()) < l.from && l.to < at(d.End()) }) {
			consts = append(consts, at(d.Pos()))
		}
		return true
	})
	return list, consts
}

// portsIn finds the ports in one string, which stands at an offset.
func portsIn(value string, offset int, known []string) (list []literal) {
	for _, m := range listens.FindAllStringSubmatchIndex(value, -1) {
		list = append(list, literal{offset + m[2], offset + m[3], value[:1], value[m[2]:m[3]]})
	}
	if text := value[1 : len(value)-1]; slices.Contains(known, text) {
		list = append(list, literal{offset + 1, offset + 1 + len(text), value[:1], text})
	}
	return list
}

// portEnv begins the variables that tell a program its free ports. A program that
// holds them itself would have to be linked anew at each run.
const portEnv = "SHOWN_PORT_"

const portFile = `package main

import "os"

func shownPort(port string) string { return os.Getenv("` + portEnv + `" + port) }
`

// withEnv makes a program take its ports from the environment. Its lines stay.
func withEnv(src string, list []literal, consts []int) string {
	type cut struct {
		from, to int
		text     string
	}
	var cuts []cut
	for _, l := range list {
		cuts = append(cuts, cut{l.from, l.to, fmt.Sprintf("%s + shownPort(%q) + %s", l.quote, l.port, l.quote)})
	}
	for _, at := range consts {
		cuts = append(cuts, cut{at, at + len("const"), "var"})
	}
	slices.SortFunc(cuts, func(a, b cut) int { return b.from - a.from })
	for _, c := range cuts {
		src = src[:c.from] + c.text + src[c.to:]
	}
	return src
}

// withPorts puts the free ports themselves into a program, for one that needs
// constants.
func (p *ports) withPorts(src string, list []literal) (string, error) {
	for _, l := range slices.Backward(list) {
		real, err := p.of(l.port)
		if err != nil {
			return "", err
		}
		src = src[:l.from] + real + src[l.to:]
	}
	return src, nil
}
