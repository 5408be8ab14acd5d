package main

import "testing"

// TODO 7.8: seeds, and what holds of whatever ParseTags returns without an error.
func FuzzParseTags(f *testing.F) {
	f.Fuzz(func(t *testing.T, text string) {
	})
}
