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

// Config is what the environment tells the program.
type Config struct {
	Addr            string        // HOST and PORT: where the server listens
	Database        string        // DATABASE_URL: the file of the SQLite database
	Origins         []string      // ORIGINS: whose pages may open a WebSocket
	MaxMessage      int64         // MAX_MESSAGE: bytes of one message of a client
	Buffer          int           // BUFFER: events that may wait for one client
	PingInterval    time.Duration // PING_INTERVAL: between two pings
	DrainDelay      time.Duration // DRAIN_DELAY: from the signal to the goodbye
	ShutdownTimeout time.Duration // SHUTDOWN_TIMEOUT: how long the goodbye may take
}

// loadConfig reads the environment. Its error names every variable that is wrong.
func loadConfig() (Config, error) {
	r := &reader{}
	cfg := Config{
		Addr:            r.address(),
		Database:        r.database("DATABASE_URL", "sqlite://chat.db"),
		Origins:         list("ORIGINS"),
		MaxMessage:      int64(r.number("MAX_MESSAGE", 32<<10)),
		Buffer:          r.number("BUFFER", 64),
		PingInterval:    r.duration("PING_INTERVAL", 30*time.Second),
		DrainDelay:      r.duration("DRAIN_DELAY", 0),
		ShutdownTimeout: r.duration("SHUTDOWN_TIMEOUT", 8*time.Second),
	}
	return cfg, errors.Join(r.errs...)
}

// reader collects what is wrong with the variables it reads.
type reader struct{ errs []error }

func (r *reader) bad(name, want string) {
	r.errs = append(r.errs, fmt.Errorf("%s is %q, want %s", name, os.Getenv(name), want))
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

// duration reads a duration above zero.
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

// database reads where the file of the database is.
func (r *reader) database(name, otherwise string) string {
	text := os.Getenv(name)
	if text == "" {
		text = otherwise
	}
	file, ok := strings.CutPrefix(text, "sqlite://")
	if !ok || file == "" {
		r.bad(name, "sqlite:///path/of/a/file")
	}
	return file
}

// address reads HOST and PORT.
func (r *reader) address() string {
	host, port := os.Getenv("HOST"), os.Getenv("PORT")
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "8080"
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		r.bad("PORT", "a number from 1 to 65535")
	}
	return net.JoinHostPort(host, port)
}

// list reads words with commas between them.
func list(name string) []string {
	var words []string
	for word := range strings.SplitSeq(os.Getenv(name), ",") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}
