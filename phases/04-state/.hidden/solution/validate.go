package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Limits of an article, in code points and tags.
const (
	maxTitle = 200
	maxBody  = 10000
	maxTags  = 10
)

var tagPattern = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// fieldError says what is wrong with one field.
type fieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// tidied is the input as it is stored: the title trimmed, and tags never nil.
func (in ArticleInput) tidied() ArticleInput {
	in.Title = strings.TrimSpace(in.Title)
	if in.Tags == nil {
		in.Tags = []string{} // [], not null
	}
	return in
}

// validate lists what is wrong, one entry a field; nothing if all is right.
func (in ArticleInput) validate() []fieldError {
	var errs []fieldError
	bad := func(field, format string, args ...any) {
		errs = append(errs, fieldError{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	if n := utf8.RuneCountInString(in.Title); n < 1 || n > maxTitle {
		bad("title", "has %d characters, want 1 to %d", n, maxTitle)
	}
	if n := utf8.RuneCountInString(in.Body); n > maxBody {
		bad("body", "has %d characters, want at most %d", n, maxBody)
	}
	if n := len(in.Tags); n > maxTags {
		bad("tags", "there are %d, want at most %d", n, maxTags)
		return errs
	}
	for i, tag := range in.Tags {
		if !tagPattern.MatchString(tag) {
			bad(fmt.Sprintf("tags[%d]", i), "is %q, want 1 to 32 of a-z, 0-9 and -", tag)
		}
	}
	return errs
}
