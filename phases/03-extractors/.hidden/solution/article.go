package main

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"
)

// Article is one article, as the API answers it and as SEED holds it.
type Article struct {
	ID    int      `json:"id"`
	Title string   `json:"title"`
	Body  string   `json:"body"`
	Tags  []string `json:"tags"`
}

// ArticleInput is what a client may say of an article: all but what the server decides.
type ArticleInput struct {
	Title string   `json:"title"`
	Body  string   `json:"body"`
	Tags  []string `json:"tags"`
}

// article is the article with the given id that in describes.
func (in ArticleInput) article(id int) Article {
	tags := in.Tags
	if tags == nil {
		tags = []string{} // [], not null
	}
	return Article{ID: id, Title: strings.TrimSpace(in.Title), Body: in.Body, Tags: tags}
}

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

// validate lists what is wrong, one entry a field; nothing if all is right.
func (in ArticleInput) validate() []fieldError {
	var errs []fieldError
	bad := func(field, format string, args ...any) {
		errs = append(errs, fieldError{Field: field, Message: fmt.Sprintf(format, args...)})
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(in.Title)); n < 1 || n > maxTitle {
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
