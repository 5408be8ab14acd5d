package main

import (
	"fmt"
	"strconv"
	"strings"
)

// anyVersion is what If-Match asks for when it is absent or *.
const anyVersion = 0

// etagOf is the ETag of a note's version: "3".
func etagOf(version int) string { return fmt.Sprintf(`"%d"`, version) }

// ifMatch reads the version that If-Match asks for.
func ifMatch(header string) (int, error) {
	if header == "" || header == "*" {
		return anyVersion, nil
	}
	version, err := strconv.Atoi(strings.Trim(header, `"`))
	if err != nil || version < 1 || etagOf(version) != header {
		return 0, badRequest("If-Match must be an ETag of this note, or *")
	}
	return version, nil
}
