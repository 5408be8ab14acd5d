package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// pointers are the fields that validate complains of, in alphabetical order.
func pointers(t *testing.T, in ArticleInput) []string {
	t.Helper()
	err := in.validate()
	if err == nil {
		return nil
	}
	var invalid *ValidationError
	if !errors.As(err, &invalid) {
		t.Fatalf("validate returned a %T: %v", err, err)
	}
	var names []string
	for _, f := range invalid.Fields {
		names = append(names, f.Pointer)
	}
	slices.Sort(names)
	return names
}

func TestValidate(t *testing.T) {
	valid := func(change func(*ArticleInput)) ArticleInput {
		in := ArticleInput{Slug: "go-tips", Title: "Go tips", Body: "text", Tags: []string{"go", "web-2"}}
		change(&in)
		return in
	}

	for _, c := range []struct {
		name string
		in   ArticleInput
		want []string // pointers; none: it is valid
	}{
		{"valid", valid(func(*ArticleInput) {}), nil},
		{"long title", valid(func(in *ArticleInput) { in.Title = strings.Repeat("x", 500) }), []string{"#/title"}},
		// TODO 7.2: the edges of each rule.
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := pointers(t, c.in); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
