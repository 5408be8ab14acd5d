package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// reader reads variables of the environment and collects what is wrong with them.
type reader struct {
	errs []error
}

// err is all that is wrong, a line each, or nil.
func (r *reader) err() error { return errors.Join(r.errs...) }

func (r *reader) bad(name, want string) {
	r.errs = append(r.errs, fmt.Errorf("%s is %q, want %s", name, os.Getenv(name), want))
}

// badSecret does not show the value: errors end up in logs, and logs are read by many.
func (r *reader) badSecret(name, want string) {
	r.errs = append(r.errs, fmt.Errorf("%s: %s", name, want))
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

// list reads words with commas between them.
func (r *reader) list(name string) []string {
	var words []string
	for word := range strings.SplitSeq(os.Getenv(name), ",") {
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

// address reads a host and a port: 127.0.0.1:8080 if they are not set.
func (r *reader) address(hostName, portName string) string {
	host, port := os.Getenv(hostName), os.Getenv(portName)
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "8080"
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		r.bad(portName, "a number from 1 to 65535")
	}
	return net.JoinHostPort(host, port)
}

// secret reads a secret of at least so many bytes. There is no default: what stands
// in a program's source is no secret.
func (r *reader) secret(name string, least int) []byte {
	text := os.Getenv(name)
	if len(text) < least {
		r.badSecret(name, fmt.Sprintf("want at least %d bytes, have %d", least, len(text)))
	}
	return []byte(text)
}

// database reads the URL of a database.
func (r *reader) database(name, otherwise string) database {
	text := os.Getenv(name)
	if text == "" {
		text = otherwise
	}
	d, err := parseDatabase(text)
	if err != nil {
		r.badSecret(name, err.Error())
	}
	return d
}
