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
	Addr          string        // HOST and PORT: where the server listens
	BaseURL       string        // BASE_URL: what short links begin with; no slash at its end
	DatabaseURL   string        // DATABASE_URL: sqlite:// and a path
	CacheSize     int           // CACHE_SIZE: how many links the cache holds at most
	FlushInterval time.Duration // FLUSH_INTERVAL: how long clicks may stay in memory only
	StoreDelay    time.Duration // STORE_DELAY: how much slower the database is
	Debug         bool          // DEBUG=1: GET /debug/database
}

// loadConfig reads the environment. Its error names every variable that is wrong.
func loadConfig() (Config, error) {
	r := &reader{}
	cfg := Config{
		Addr:          net.JoinHostPort(r.text("HOST", "127.0.0.1"), strconv.Itoa(r.number("PORT", 8080))),
		DatabaseURL:   r.text("DATABASE_URL", "sqlite://links.db"),
		CacheSize:     r.number("CACHE_SIZE", 1000),
		FlushInterval: r.duration("FLUSH_INTERVAL", time.Second),
		StoreDelay:    r.duration("STORE_DELAY", 0),
		Debug:         os.Getenv("DEBUG") == "1",
	}
	cfg.BaseURL = strings.TrimSuffix(r.text("BASE_URL", "http://"+cfg.Addr), "/")
	return cfg, errors.Join(r.errs...)
}

// A reader reads variables and collects what is wrong with them.
type reader struct{ errs []error }

func (r *reader) text(name, otherwise string) string {
	if text := os.Getenv(name); text != "" {
		return text
	}
	return otherwise
}

// number reads a whole number above zero.
func (r *reader) number(name string, otherwise int) int {
	n, err := strconv.Atoi(r.text(name, strconv.Itoa(otherwise)))
	if err != nil || n < 1 {
		r.errs = append(r.errs, fmt.Errorf("%s is %q, want a whole number above zero", name, os.Getenv(name)))
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
		r.errs = append(r.errs, fmt.Errorf("%s is %q, want a duration such as 500ms", name, text))
	}
	return d
}
