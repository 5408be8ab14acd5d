package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// reader reads variables of the environment and keeps the first error.
type reader struct {
	err error
}

// TODO 8.1: keep them all, in a slice, and PORT's with them. loadConfig returns
// errors.Join of them. One more method is needed for secrets: it must not print values.
func (r *reader) bad(name, want string) {
	if r.err == nil {
		r.err = fmt.Errorf("%s is %q, want %s", name, os.Getenv(name), want)
	}
}

// number reads a whole number above zero.
func (r *reader) number(name string, otherwise int) int {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		r.bad(name, "a whole number above zero")
	}
	return n
}

// rate reads a number above zero, with or without a fraction; 0 if there is none.
func (r *reader) rate(name string) float64 {
	text := os.Getenv(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || !(n > 0) {
		r.bad(name, "a number above zero")
	}
	return n
}

// duration reads a duration such as 500ms.
func (r *reader) duration(name string, otherwise time.Duration) time.Duration {
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		r.bad(name, "a duration such as 500ms")
	}
	return d
}

// list reads words with commas between them: nil if the variable is not set, empty
// if it is set and holds none.
func (r *reader) list(name string) []string {
	text, set := os.LookupEnv(name)
	if !set {
		return nil
	}
	words := []string{}
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}

// networks reads networks such as 10.0.0.0/8.
func (r *reader) networks(name string) []*net.IPNet {
	var nets []*net.IPNet
	for _, word := range r.list(name) {
		_, n, err := net.ParseCIDR(word)
		if err != nil {
			r.bad(name, "networks such as 10.0.0.0/8, with commas between them")
			return nil
		}
		nets = append(nets, n)
	}
	return nets
}
