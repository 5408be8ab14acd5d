package report

import (
	"go/scanner"
	"go/token"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// code adds lines as they are, in the colours of their language. One that is too long
// goes on in further rows, which the ellipsis marks as such.
func (p *page) code(indent int, language, text string) {
	text = expand(strings.Trim(Sanitize(text), "\n"))
	for _, line := range highlight(language, text) {
		more := p.g.ellipsis + " "
		width := p.width - indent
		if widthOfAll(line) > width {
			width -= ansi.StringWidth(more)
		}
		for i, row := range chopSpans(line, max(width, 8)) {
			lead := ""
			if i > 0 {
				lead = p.paint(dim, more)
			}
			p.line(indent, lead, p.paintAll(trimEnd(row)))
		}
	}
}

// highlight splits sanitized text into lines, and these into what looks alike. The
// scanner is Go's own: libraries with other languages cost every start of the grader
// 3 ms and more, and the lessons show Go, JSON and commands.
func highlight(language, text string) [][]span {
	switch language {
	case "go", "json": // every token of JSON is one of Go
		return highlightGo(text)
	case "sh", "bash", "console":
		return highlightShell(text, language == "console")
	}
	var lines [][]span
	for line := range strings.SplitSeq(text, "\n") {
		lines = append(lines, []span{{plain, line}})
	}
	return lines
}

func highlightGo(text string) [][]span {
	src := []byte(text)
	var s scanner.Scanner
	s.Init(token.NewFileSet().AddFile("", -1, len(src)), src, nil, scanner.ScanComments)
	lines := [][]span{nil}
	put := func(r role, text string) {
		for i, piece := range strings.Split(text, "\n") {
			if i > 0 {
				lines = append(lines, nil)
			}
			if piece != "" {
				lines[len(lines)-1] = add(lines[len(lines)-1], r, piece)
			}
		}
	}
	done := 0
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			put(plain, text[done:])
			return lines
		}
		if tok == token.SEMICOLON && literal == "\n" || literal == "" && !tok.IsOperator() {
			continue
		}
		if literal == "" {
			literal = tok.String()
		}
		at := int(pos) - 1 // a file set's first position is 1
		put(plain, text[done:at])
		done = min(at+len(literal), len(text))
		put(roleOf(tok), text[at:done])
	}
}

func roleOf(tok token.Token) role {
	switch {
	case tok == token.COMMENT:
		return dim
	case tok.IsKeyword():
		return keyword
	case tok.IsLiteral() && tok != token.IDENT:
		return literal
	}
	return plain
}

// highlightShell marks commands, and in a console what was typed: behind a prompt, to
// the end of a line that is not continued.
func highlightShell(text string, console bool) [][]span {
	var lines [][]span
	typed := false
	for line := range strings.SplitSeq(text, "\n") {
		command, prompt := strings.CutPrefix(line, "$ ")
		switch {
		case console && prompt:
			lines = append(lines, []span{{dim, "$ "}, {copied, command}})
		case console && !typed:
			lines = append(lines, []span{{plain, line}})
		case strings.HasPrefix(strings.TrimSpace(line), "#"):
			lines = append(lines, []span{{dim, line}})
		default:
			lines = append(lines, []span{{copied, line}})
		}
		typed = (prompt || typed) && strings.HasSuffix(line, `\`)
	}
	return lines
}
