package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// This file is given, and the grader builds with its own copy of it.

// maxTags is how many tags there may be.
const maxTags = 10

// tagPattern is what a tag looks like.
var tagPattern = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// ParseTags reads tags with commas between them, such as "go, web". Spaces around a
// tag do not count, and a tag that comes again counts once. Without any tag the text is
// empty or spaces. An error if something between commas is no tag (1 to 32 of a-z, 0-9
// and -), or if there are more than maxTags.
func ParseTags(text string) ([]string, error) {
	tags := []string{}
	if strings.TrimSpace(text) == "" {
		return tags, nil
	}
	for tag := range strings.SplitSeq(text, ",") {
		tag = strings.TrimSpace(tag)
		if !tagPattern.MatchString(tag) {
			return nil, fmt.Errorf("%q is no tag, want 1 to 32 of a-z, 0-9 and -", tag)
		}
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	if len(tags) > maxTags {
		return nil, fmt.Errorf("there are %d tags, want at most %d", len(tags), maxTags)
	}
	return tags, nil
}
