package main

import (
	"regexp"
	"strings"
	"testing"
)

func FuzzParseTags(f *testing.F) {
	f.Add("go, web ,go")
	f.Add("a,,b")
	f.Add("a, a")
	f.Add("a b")
	f.Add(strings.Repeat("x", 33))
	f.Add("1,2,3,4,5,6,7,8,9,0,1,2,3")
	tag := regexp.MustCompile(`\A[a-z0-9-]{1,32}\z`)
	f.Fuzz(func(t *testing.T, text string) {
		tags, err := ParseTags(text)
		if err != nil {
			return
		}
		wanted := map[string]bool{} // what a human would read
		for _, part := range strings.Split(text, ",") {
			if part = strings.TrimSpace(part); part != "" {
				wanted[part] = true
			}
		}
		if len(tags) != len(wanted) || len(tags) > 10 {
			t.Fatalf("%q: %q", text, tags)
		}
		for _, got := range tags {
			if !wanted[got] || !tag.MatchString(got) {
				t.Fatalf("%q: %q", text, got)
			}
		}
	})
}
