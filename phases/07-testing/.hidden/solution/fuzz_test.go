package main

import (
	"slices"
	"strings"
	"testing"
)

func FuzzParseTags(f *testing.F) {
	for _, seed := range []string{"", " ", "go", "go, web", "go,go, go", ",", "go,,web", "go,", "Go", "ü", "a,b,c,d,e,f,g,h,i,j,k", strings.Repeat("x", 33), "a\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tags, err := ParseTags(text)
		if err != nil {
			return // what comes with an error is nobody's business
		}
		if len(tags) > 10 {
			t.Errorf("ParseTags(%q) gives %d tags", text, len(tags))
		}
		for i, tag := range tags {
			if len(tag) < 1 || len(tag) > 32 || strings.Trim(tag, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
				t.Errorf("ParseTags(%q) gives %q, which is no tag", text, tag)
			}
			if slices.Contains(tags[:i], tag) {
				t.Errorf("ParseTags(%q) gives %q twice", text, tag)
			}
			if !strings.Contains(text, tag) {
				t.Errorf("ParseTags(%q) gives %q, which is not in it", text, tag)
			}
		}
		// What was written by ParseTags can be read by it, and is the same.
		again, err := ParseTags(strings.Join(tags, ","))
		if err != nil || !slices.Equal(again, tags) {
			t.Errorf("ParseTags(%q) gives %q, and of these %q, %v", text, tags, again, err)
		}
		if len(tags) == 0 && strings.TrimSpace(text) != "" {
			t.Errorf("ParseTags(%q) gives no tag and no error", text)
		}
	})
}
