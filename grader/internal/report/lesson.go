package report

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Lesson writes a lesson, or a part of one, as text for a terminal: Markdown as GitHub
// has it. Comments do not show, and what is folded there is open.
//
// The Markdown is goldmark's, the layout is ours: glamour, which would do both, takes
// 9 ms of each start of the grader, and imports lipgloss.
func Lesson(w io.Writer, s Style, markdown []byte) error {
	l := &lesson{page: newPage(s), source: markdown}
	l.prose = min(l.width, proseWidth)
	l.blocks(parseMarkdown(markdown), 2)
	_, err := io.WriteString(w, strings.TrimRight(l.b.String(), "\n")+"\n")
	return err
}

func parseMarkdown(source []byte) ast.Node {
	return goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(source))
}

// lesson lays out the blocks of a document.
type lesson struct {
	*page
	source []byte
	prose  int  // columns of running text
	label  span // what stands before the next line, such as a bullet
}

// put adds wrapped text, with the label before its first line.
func (l *lesson) put(indent int, spans []span) {
	for _, row := range wrapSpans(spans, l.prose-indent) {
		whole := trimEnd(slices.Concat([]span{l.label}, row))
		l.line(indent-ansi.StringWidth(l.label.text), l.paintAll(whole))
		l.label = span{}
	}
}

// blocks adds what is in a node, with empty lines between.
func (l *lesson) blocks(parent ast.Node, indent int) {
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		l.block(n, indent)
	}
}

func (l *lesson) block(n ast.Node, indent int) {
	switch n := n.(type) {
	case *ast.Heading:
		l.heading(n, indent)
	case *ast.List:
		l.list(n, indent)
	case *ast.FencedCodeBlock:
		l.listing(indent, string(n.Language(l.source)), string(n.Lines().Value(l.source)))
	case *ast.CodeBlock:
		l.listing(indent, "", string(n.Lines().Value(l.source)))
	case *ast.HTMLBlock:
		l.html(n, indent)
	case *ast.ThematicBreak:
		l.blank()
		l.rule(indent, l.prose-indent, "─", "-")
	case *ast.Blockquote:
		l.quote(n, indent)
	case *east.Table:
		l.grid(n, indent)
	default: // a paragraph, or the text of a tight list
		if n.Kind() == ast.KindParagraph && l.label.text == "" {
			l.blank()
		}
		l.put(indent, l.inline(n, plain))
	}
}

func (l *lesson) rule(indent, width int, unicode, ascii string) {
	if !l.Unicode {
		unicode = ascii
	}
	l.line(indent, l.paint(dim, strings.Repeat(unicode, max(width, 1))))
}

func (l *lesson) heading(n *ast.Heading, indent int) {
	l.blank()
	spans := l.inline(n, strong)
	if n.Level == 3 {
		l.label = span{copied, l.g.next + " "}
		indent += 2
	}
	l.put(indent, spans)
	width := min(widthOfAll(spans), l.prose-indent)
	switch n.Level {
	case 1:
		l.rule(indent, width, "═", "=")
	case 2:
		l.rule(indent, width, "─", "-")
	}
}

func (l *lesson) list(n *ast.List, indent int) {
	bullet := "- "
	if l.Unicode {
		bullet = "• "
	}
	if n.Parent().Kind() != ast.KindListItem {
		l.blank()
	}
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		if !n.IsTight {
			l.blank()
		}
		label := bullet
		if n.IsOrdered() {
			label = fmt.Sprintf("%d. ", number)
			number++
		}
		l.label = span{dim, label}
		l.blocks(item, indent+ansi.StringWidth(label))
		l.label = span{} // of an empty item
	}
}

// listing adds code, or a diagram.
func (l *lesson) listing(indent int, language, source string) {
	l.blank()
	if d, ok := parseMermaid(Sanitize(source)); ok && language == "mermaid" {
		l.draw(indent+2, d)
	} else {
		l.code(indent+2, language, source)
	}
	l.blank()
}

func (l *lesson) quote(n ast.Node, indent int) {
	inner := &lesson{page: newPage(l.Style), source: l.source, prose: l.prose - indent - 2}
	inner.width = l.width - indent - 2
	inner.blocks(n, 0)
	l.blank()
	for line := range strings.SplitSeq(strings.TrimRight(inner.b.String(), "\n"), "\n") {
		l.line(indent, l.paint(dim, l.g.gutter), " ", line)
	}
}

var (
	htmlComment = regexp.MustCompile(`(?s)<!--.*?(-->|$)`)
	htmlSummary = regexp.MustCompile(`(?s)<summary>(.*?)</summary>`)
	htmlTag     = regexp.MustCompile(`<[^>]*>`)
)

// html adds what of an HTML block a reader sees: the line that opens a fold, and text.
func (l *lesson) html(n *ast.HTMLBlock, indent int) {
	var raw bytes.Buffer
	raw.Write(n.Lines().Value(l.source))
	if n.HasClosure() {
		raw.Write(n.ClosureLine.Value(l.source))
	}
	seen := htmlComment.ReplaceAllString(raw.String(), "")
	if m := htmlSummary.FindStringSubmatch(seen); m != nil {
		l.blank()
		l.put(indent, []span{{dim, oneLine(htmlTag.ReplaceAllString(m[1], "")) + ":"}})
		seen = htmlSummary.ReplaceAllString(seen, "")
	}
	if seen = oneLine(htmlTag.ReplaceAllString(seen, "")); seen != "" {
		l.blank()
		l.put(indent, []span{{plain, seen}})
	}
}

// inline is the text of a node, in the look of r where nothing else is said.
func (l *lesson) inline(parent ast.Node, r role) []span {
	var out []span
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.Text:
			out = add(out, r, Sanitize(string(unescape(n.Value(l.source)))))
			if n.HardLineBreak() {
				out = add(out, r, "\n")
			} else if n.SoftLineBreak() {
				out = add(out, r, " ")
			}
		case *ast.String:
			out = add(out, r, Sanitize(string(n.Value)))
		case *ast.CodeSpan:
			out = add(out, copied, "`"+plainText(n, l.source)+"`")
		case *ast.Emphasis:
			out = append(out, l.inline(n, strong)...)
		case *ast.AutoLink:
			out = add(out, r, Sanitize(string(n.Label(l.source))))
		case *ast.Link:
			out = append(out, l.inline(n, r)...)
			if to := string(n.Destination); strings.Contains(to, "://") {
				out = add(out, dim, " <"+oneLine(to)+">")
			}
		case *ast.RawHTML: // a tag or a comment
		default:
			out = append(out, l.inline(n, r)...)
		}
	}
	return out
}

// plainText is the text of a code span or a heading.
func plainText(n ast.Node, source []byte) string {
	var b strings.Builder
	for c := n.FirstChild(); c != nil; c = c.NextSibling() {
		switch c := c.(type) {
		case *ast.Text:
			b.Write(c.Value(source))
			if c.SoftLineBreak() {
				b.WriteByte(' ')
			}
		default:
			b.WriteString(plainText(c, source))
		}
	}
	return oneLine(b.String())
}

// unescape is text with its backslashes and entities resolved.
func unescape(text []byte) []byte {
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(text)))
}
