package main

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var slugWords = regexp.MustCompile(`\A[a-z0-9]+(?:-[a-z0-9]+)*\z`)

// tidy makes it what is stored.
func (in *ArticleInput) tidy() {
	in.Title = strings.TrimSpace(in.Title)
	if in.Tags == nil {
		in.Tags = []string{}
	}
}

// validate says what is wrong with it.
func (in ArticleInput) validate() error {
	var wrong ValidationError
	rule := func(ok bool, where, what string) {
		if !ok {
			wrong.Fields = append(wrong.Fields, FieldError{"#/" + where, what})
		}
	}
	rule(in.Slug == "" || len(in.Slug) <= 64 && slugWords.MatchString(in.Slug), "slug", "words-with-dashes, please")
	rule(in.Title != "", "title", "is required")
	rule(utf8.RuneCountInString(in.Title) <= 200, "title", "is too long")
	rule(utf8.RuneCountInString(in.Body) <= 10000, "body", "is too long")
	rule(len(in.Tags) <= maxTags, "tags", "are too many")
	for i, tag := range in.Tags {
		rule(tagPattern.MatchString(tag), "tags/"+strconv.Itoa(i), "is no tag")
	}
	if wrong.Fields != nil {
		return &wrong
	}
	return nil
}
