package main

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"time"
)

// maxURL is the longest address, in bytes.
const maxURL = 2048

var ownCode = regexp.MustCompile(`^[A-Za-z0-9_-]{3,32}$`)

// input is the body of POST /links.
type input struct {
	URL  string `json:"url"`
	Code string `json:"code"` // empty: to be drawn
	TTL  string `json:"ttl"`  // empty: for ever
}

// link checks the input, and makes a link of it that has no id yet.
func (in input) link(now time.Time) (link, error) {
	l := link{URL: in.URL, Code: in.Code}
	if err := checkURL(in.URL); err != nil {
		return l, fmt.Errorf("url: %w", err)
	}
	if in.Code != "" && (!ownCode.MatchString(in.Code) || reserved[in.Code]) {
		return l, errors.New("code: want 3 to 32 of A-Z a-z 0-9 _ -, and no word of the program's own")
	}
	if in.TTL == "" {
		return l, nil
	}
	ttl, err := time.ParseDuration(in.TTL)
	if err != nil || ttl <= 0 {
		return l, errors.New("ttl: want a duration above zero, such as 90m")
	}
	l.Expires = now.Add(ttl).UnixMilli()
	return l, nil
}

// checkURL takes absolute http and https addresses.
func checkURL(text string) error {
	if len(text) > maxURL {
		return fmt.Errorf("at most %d bytes", maxURL)
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return errors.New("this is no address")
	case u.Scheme != "http" && u.Scheme != "https":
		return errors.New("want http:// or https://")
	case u.Hostname() == "":
		return errors.New("a host is missing")
	case u.User != nil:
		return errors.New("no user and no password")
	}
	return nil
}
