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
	title := func(s string) ArticleInput { return valid(func(in *ArticleInput) { in.Title = s }) }
	body := func(s string) ArticleInput { return valid(func(in *ArticleInput) { in.Body = s }) }
	slug := func(s string) ArticleInput { return valid(func(in *ArticleInput) { in.Slug = s }) }
	tags := func(s ...string) ArticleInput { return valid(func(in *ArticleInput) { in.Tags = s }) }

	for _, c := range []struct {
		name string
		in   ArticleInput
		want []string // pointers; none: it is valid
	}{
		{"valid", title("Go tips"), nil},
		{"no title", title(""), []string{"#/title"}},
		{"title of 1", title("x"), nil},
		{"title of 200", title(strings.Repeat("x", 200)), nil},
		{"title of 201", title(strings.Repeat("x", 201)), []string{"#/title"}},
		{"title of 200 that are no bytes", title(strings.Repeat("ü", 200)), nil},
		{"no body", body(""), nil},
		{"body of 10000", body(strings.Repeat("ü", 10000)), nil},
		{"body of 10001", body(strings.Repeat("x", 10001)), []string{"#/body"}},
		{"no tags", tags(), nil},
		{"empty tag", tags(""), []string{"#/tags/0"}},
		{"tag of 32", tags(strings.Repeat("x", 32)), nil},
		{"tag of 33", tags(strings.Repeat("x", 33)), []string{"#/tags/0"}},
		{"second tag with a capital", tags("go", "Web"), []string{"#/tags/1"}},
		{"tag with a space", tags("go web"), []string{"#/tags/0"}},
		{"two bad tags", tags("é", "go", "a,b"), []string{"#/tags/0", "#/tags/2"}},
		{"10 tags", tags(strings.Split("a b c d e f g h i j", " ")...), nil},
		{"no slug", slug(""), nil},
		{"slug with two dashes", slug("go--tips"), []string{"#/slug"}},
		{"slug that ends in a dash", slug("go-"), []string{"#/slug"}},
		{"slug with a capital", slug("Go"), []string{"#/slug"}},
		{"slug of 64", slug(strings.Repeat("x", 64)), nil},
		{"slug of 65", slug(strings.Repeat("x", 65)), []string{"#/slug"}},
		{"all wrong", ArticleInput{Slug: "-", Title: "", Body: strings.Repeat("x", 10001), Tags: []string{"!"}},
			[]string{"#/body", "#/slug", "#/tags/0", "#/title"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := pointers(t, c.in); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}

	t.Run("11 tags", func(t *testing.T) {
		got := pointers(t, tags(strings.Split("a b c d e f g h i j k", " ")...))
		if len(got) == 0 || !strings.HasPrefix(got[0], "#/tags") {
			t.Errorf("got %q, want #/tags", got)
		}
	})
}
