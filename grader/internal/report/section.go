package report

import (
	"slices"
	"strings"

	"github.com/yuin/goldmark/ast"
)

// A Section is a heading of a lesson and what is below it, up to the next heading of
// its level or a higher one.
type Section struct {
	Level    int // 1 is the title
	Title    string
	Markdown []byte
	from, to int // where it lies in the lesson
}

// Sections lists the headings of a lesson, in order.
func Sections(markdown []byte) []Section {
	var list []Section
	for n := parseMarkdown(markdown).FirstChild(); n != nil; n = n.NextSibling() {
		h, ok := n.(*ast.Heading)
		if !ok || h.Lines().Len() == 0 {
			continue
		}
		at := h.Lines().At(0).Start
		at = strings.LastIndexByte(string(markdown[:at]), '\n') + 1
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].to == 0 && list[i].Level >= h.Level {
				list[i].to = at
			}
		}
		list = append(list, Section{Level: h.Level, Title: plainText(h, markdown), from: at})
	}
	for i := range list {
		if list[i].to == 0 {
			list[i].to = len(markdown)
		}
		list[i].Markdown = markdown[list[i].from:list[i].to]
	}
	return list
}

// otherNames are short names of headings that every lesson has, and whose words do not
// say it.
var otherNames = map[string]string{"traps": "where people trip", "trap": "where people trip", "map": "the mental model"}

// FindSections are those of the sections whose title is asked for: by the whole of it,
// else by its beginning, else by words, or beginnings of words, that are in it. One
// inside another that is found too is left out.
func FindSections(list []Section, asked string) []Section {
	asked = strings.ToLower(strings.Join(strings.Fields(asked), " "))
	if name, ok := otherNames[asked]; ok {
		asked = name
	}
	if asked == "" {
		return nil
	}
	for _, fits := range []func(title string) bool{
		func(title string) bool { return title == asked },
		func(title string) bool { return strings.HasPrefix(title, asked) },
		func(title string) bool { return hasWords(title, asked) },
	} {
		var found []Section
		end := 0
		for _, s := range list {
			if s.from >= end && fits(strings.ToLower(s.Title)) {
				found, end = append(found, s), s.to
			}
		}
		if len(found) > 0 {
			return found
		}
	}
	return nil
}

func hasWords(title, asked string) bool {
	for _, word := range strings.Fields(asked) {
		if !slices.ContainsFunc(strings.Fields(title), func(w string) bool { return strings.HasPrefix(strings.Trim(w, "`(\"*"), word) }) {
			return false
		}
	}
	return true
}
