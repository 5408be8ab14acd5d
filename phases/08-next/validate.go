package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Limits of an article, in code points.
const (
	maxTitle = 200
	maxBody  = 10000
)

// tidied is the input as it is stored: the title trimmed, and tags never nil.
func (in ArticleInput) tidied() ArticleInput {
	in.Title = strings.TrimSpace(in.Title)
	if in.Tags == nil {
		in.Tags = []string{} // [], not null
	}
	return in
}

// validate returns a *ValidationError that lists what is wrong, or nil.
func (in ArticleInput) validate() error {
	var fields []FieldError
	bad := func(pointer, format string, args ...any) {
		fields = append(fields, FieldError{Pointer: "#/" + pointer, Detail: fmt.Sprintf(format, args...)})
	}
	if n := utf8.RuneCountInString(in.Title); n < 1 || n > maxTitle {
		bad("title", "has %d characters, want 1 to %d", n, maxTitle)
	}
	if n := utf8.RuneCountInString(in.Body); n > maxBody {
		bad("body", "has %d characters, want at most %d", n, maxBody)
	}
	if n := len(in.Tags); n > maxTags {
		bad("tags", "there are %d, want at most %d", n, maxTags)
	}
	for i, tag := range in.Tags[:min(len(in.Tags), maxTags)] {
		if !tagPattern.MatchString(tag) {
			bad(fmt.Sprintf("tags/%d", i), "is %q, want 1 to 32 of a-z, 0-9 and -", tag)
		}
	}
	if in.Slug != "" && (len(in.Slug) > maxSlug || !slugPattern.MatchString(in.Slug)) {
		bad("slug", "is %q, want words of a-z and 0-9 with - between them, at most %d", in.Slug, maxSlug)
	}
	if len(fields) == 0 {
		return nil // not a nil *ValidationError: as an error, that would not be nil
	}
	return &ValidationError{Fields: fields}
}
