package main

import (
	"encoding/base64"
	"errors"
	"strconv"
	"strings"
)

// Kinds of cursors: one of a list is none of the changes.
const (
	listCursor   = "list:"
	changeCursor = "change:"
)

// cursor makes a cursor. It looks like nothing one could do sums with, so that nobody does.
func cursor(kind string, place int64) string {
	return base64.RawURLEncoding.EncodeToString([]byte(kind + strconv.FormatInt(place, 10)))
}

// parseCursor reads a cursor of that kind.
func parseCursor(kind, text string) (int64, error) {
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return 0, err
	}
	digits, ok := strings.CutPrefix(string(data), kind)
	if !ok {
		return 0, errors.New("a cursor of another kind")
	}
	return strconv.ParseInt(digits, 10, 64)
}
