package main

import (
	"errors"
	"fmt"
)

// Errors of the articles and accounts, usually wrapped: look for them with errors.Is.
var (
	ErrNotFound  = errors.New("no such article")
	ErrStale     = errors.New("the article has changed meanwhile")
	ErrConflict  = errors.New("the slug is taken")
	ErrForbidden = errors.New("the article is another author's")
	ErrTaken     = errors.New("the username is taken")
)

// A FieldError says what is wrong with one field.
type FieldError struct {
	Pointer string `json:"pointer"` // where it is, a JSON Pointer (RFC 6901) behind "#": "#/title"
	Detail  string `json:"detail"`
}

// A ValidationError says what is wrong with a body: look for it with errors.As.
type ValidationError struct {
	Fields []FieldError // at least one
}

func (e *ValidationError) Error() string {
	return fmt.Sprintf("wrong fields: %d", len(e.Fields))
}
