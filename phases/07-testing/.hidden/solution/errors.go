package main

import (
	"errors"
	"fmt"
)

// This file is given, and the grader builds with its own copy of it.

// Errors of the articles, usually wrapped: look for them with errors.Is.
var (
	ErrNotFound = errors.New("no such article")
	ErrStale    = errors.New("the article has changed meanwhile")
	ErrConflict = errors.New("the slug is taken")
)

// A FieldError says what is wrong with one field.
type FieldError struct {
	Pointer string `json:"pointer"` // where it is, a JSON Pointer (RFC 6901) behind "#": "#/title"
	Detail  string `json:"detail"`
}

// A ValidationError says what is wrong with an article: look for it with errors.As.
type ValidationError struct {
	Fields []FieldError // at least one
}

func (e *ValidationError) Error() string {
	return fmt.Sprintf("wrong fields: %d", len(e.Fields))
}
