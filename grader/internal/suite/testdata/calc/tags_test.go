package main

import "testing"

func FuzzTags(f *testing.F) {
	f.Add("go,web")
	f.Fuzz(func(t *testing.T, text string) {
		for _, tag := range tags(text) {
			if tag == "" {
				t.Errorf("tags(%q) has an empty one", text)
			}
		}
	})
}
