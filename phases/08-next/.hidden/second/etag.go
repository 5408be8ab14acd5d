package main

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v5"
)

// etagOf is the ETag of an article's version: "3".
func etagOf(version int) string { return fmt.Sprintf(`"%d"`, version) }

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

// ifMatch reads the version that If-Match asks for. A weak ETag is none: it never
// matches here (RFC 9110, section 13.1.1).
func ifMatch(header string) (int, error) {
	if header == "" || header == "*" {
		return anyVersion, nil
	}
	digits := strings.TrimSuffix(strings.TrimPrefix(header, `"`), `"`)
	version, err := strconv.Atoi(digits)
	if err != nil || version < 1 || etagOf(version) != header {
		return 0, echo.NewHTTPError(http.StatusBadRequest, "If-Match must be an ETag of this article, or *")
	}
	return version, nil
}
