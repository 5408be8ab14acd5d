package main

import (
	"fmt"
	"regexp"
)

// maxSlug is the length of the longest slug, in bytes.
const maxSlug = 64

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// slugOwner is the id of the article that has the slug, or 0. Its caller holds the lock.
func (m *memory) slugOwner(slug string) int {
	for id, e := range m.entries {
		if e.article.Slug == slug {
			return id
		}
	}
	return 0
}

// freeSlug makes a slug that no article has. Its caller holds the lock.
func (m *memory) freeSlug(id int) string {
	slug := fmt.Sprintf("article-%d", id)
	for n := 2; m.slugOwner(slug) != 0; n++ {
		slug = fmt.Sprintf("article-%d-%d", id, n)
	}
	return slug
}
