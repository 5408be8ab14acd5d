package main

import (
	"slices"
	"strings"
)

// draft is what a client may say of an article.
type draft struct {
	Tags  []string `json:"tags"`
	Body  string   `json:"body"`
	Title string   `json:"title"`
}

type flaw struct {
	Message string `json:"message"`
	Field   string `json:"field"`
}

// flaws has one entry a field, however many tags are bad.
func (d draft) flaws() []flaw {
	var all []flaw
	check := func(ok bool, field, message string) {
		if !ok {
			all = append(all, flaw{Field: field, Message: message})
		}
	}
	check(len(d.Tags) <= 10 && !slices.ContainsFunc(d.Tags, badTag), "tags", "up to ten, each of a-z, 0-9 and -, up to 32 long")
	check(len([]rune(d.Body)) <= 10000, "body", "is too long")
	title := []rune(strings.TrimSpace(d.Title))
	check(len(title) > 0, "title", "is missing")
	check(len(title) <= 200, "title", "is too long")
	return all
}

func badTag(tag string) bool {
	if tag == "" || len(tag) > 32 {
		return true
	}
	return strings.Trim(tag, "abcdefghijklmnopqrstuvwxyz0123456789-") != ""
}

// has reports whether the article has every one of the tags.
func (d draft) has(tags []string) bool {
	for _, tag := range tags {
		if !slices.Contains(d.Tags, tag) {
			return false
		}
	}
	return true
}
