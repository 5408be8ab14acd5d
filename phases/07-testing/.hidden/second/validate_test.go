package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// complaints is the fields that are wrong, each with the start of its pointer.
func complaints(in ArticleInput) map[string]int {
	found := map[string]int{}
	var invalid *ValidationError
	if errors.As(in.validate(), &invalid) {
		for _, f := range invalid.Fields {
			found[f.Pointer]++
		}
	}
	return found
}

func many(n int) []string {
	var tags []string
	for i := range n {
		tags = append(tags, fmt.Sprint("tag-", i))
	}
	return tags
}

func TestRight(t *testing.T) {
	for name, in := range map[string]ArticleInput{
		"shortest":               {Title: "t"},
		"longest":                {Slug: strings.Repeat("s", 64), Title: strings.Repeat("日", 200), Body: strings.Repeat("本", 10000), Tags: many(10)},
		"longest tag and dashes": {Slug: "a-b-3", Title: "t", Tags: []string{strings.Repeat("9", 32), "-"}},
	} {
		t.Run(name, func(t *testing.T) {
			if err := in.validate(); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestWrong(t *testing.T) {
	for name, c := range map[string]struct {
		in   ArticleInput
		want string // the only pointer
	}{
		"no title":    {ArticleInput{}, "#/title"},
		"long title":  {ArticleInput{Title: strings.Repeat("t", 201)}, "#/title"},
		"long body":   {ArticleInput{Title: "t", Body: strings.Repeat("b", 10001)}, "#/body"},
		"capital tag": {ArticleInput{Title: "t", Tags: []string{"a", "B", "c"}}, "#/tags/1"},
		"empty tag":   {ArticleInput{Title: "t", Tags: []string{""}}, "#/tags/0"},
		"long tag":    {ArticleInput{Title: "t", Tags: []string{"a", "b", strings.Repeat("c", 33)}}, "#/tags/2"},
		"blank slug":  {ArticleInput{Title: "t", Slug: " "}, "#/slug"},
		"odd slug":    {ArticleInput{Title: "t", Slug: "a--b"}, "#/slug"},
		"long slug":   {ArticleInput{Title: "t", Slug: strings.Repeat("a", 65)}, "#/slug"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := complaints(c.in); len(got) != 1 || got[c.want] != 1 {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

func TestTooManyTags(t *testing.T) {
	got := complaints(ArticleInput{Title: "t", Tags: many(11)})
	for pointer := range got {
		if !strings.HasPrefix(pointer, "#/tags") {
			t.Errorf("%s is right", pointer)
		}
	}
	if len(got) == 0 {
		t.Error("11 tags are let through")
	}
}

func TestAllAtOnce(t *testing.T) {
	got := complaints(ArticleInput{Body: strings.Repeat("b", 10001), Tags: []string{"!"}, Slug: "!"})
	for _, pointer := range []string{"#/title", "#/body", "#/tags/0", "#/slug"} {
		if got[pointer] == 0 {
			t.Errorf("%s is not told: %v", pointer, got)
		}
	}
}
