package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
)

// etagOf is a strong ETag: it changes whenever a byte of the article does.
func etagOf(a Article) string {
	data, _ := json.Marshal(a) // an Article has nothing that JSON cannot say
	sum := sha256.Sum256(data)
	return `"` + hex.EncodeToString(sum[:16]) + `"`
}

// matches reports whether If-None-Match names the ETag: in a list, weak (W/"x"
// matches "x" here, RFC 9110, section 13.1.2), or as *.
func matches(headers []string, etag string) bool {
	for _, header := range headers {
		for tag := range strings.SplitSeq(header, ",") {
			tag = strings.TrimSpace(tag)
			if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
				return true
			}
		}
	}
	return false
}
