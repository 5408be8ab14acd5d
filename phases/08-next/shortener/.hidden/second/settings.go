package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

type settings struct {
	address, baseURL, databaseURL string
	cacheSize                     int
	flushInterval, storeDelay     time.Duration
	debug                         bool
}

func variable(name, otherwise string) string {
	if v, ok := os.LookupEnv(name); ok && v != "" {
		return v
	}
	return otherwise
}

func readSettings() (settings, error) {
	s := settings{
		address:     net.JoinHostPort(variable("HOST", "127.0.0.1"), variable("PORT", "8080")),
		databaseURL: variable("DATABASE_URL", "sqlite://links.db"),
		debug:       os.Getenv("DEBUG") == "1",
	}
	s.baseURL = strings.TrimRight(variable("BASE_URL", "http://"+s.address), "/")
	var err error
	if s.cacheSize, err = strconv.Atoi(variable("CACHE_SIZE", "1000")); err != nil || s.cacheSize <= 0 {
		return s, fmt.Errorf("CACHE_SIZE: want a number above zero")
	}
	if s.flushInterval, err = time.ParseDuration(variable("FLUSH_INTERVAL", "1s")); err != nil || s.flushInterval <= 0 {
		return s, fmt.Errorf("FLUSH_INTERVAL: want a duration above zero")
	}
	if s.storeDelay, err = time.ParseDuration(variable("STORE_DELAY", "0s")); err != nil {
		return s, fmt.Errorf("STORE_DELAY: %w", err)
	}
	return s, nil
}
