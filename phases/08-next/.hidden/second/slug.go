package main

import "regexp"

// maxSlug is the length of the longest slug, in bytes.
const maxSlug = 64

var slugPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
