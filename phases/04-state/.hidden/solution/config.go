package main

import (
	"fmt"
	"os"
	"strconv"
	"time"
)

// This file is given, and the grader builds with its own copy of it.

// defaultBodyLimit is the largest body that is read, in bytes.
const defaultBodyLimit = 1 << 20

// Config is what the environment tells the app.
type Config struct {
	Articles   []Article     // SEED
	BodyLimit  int64         // BODY_LIMIT, in bytes
	StoreKind  string        // STORE: "" or "actor"
	StoreDelay time.Duration // STORE_DELAY: what List, Get and Create of the store take
	Mailbox    int           // MAILBOX: how many calls of the actor may wait
	Debug      bool          // DEBUG=1: the routes below /debug are there
}

// loadConfig reads the environment.
func loadConfig() (Config, error) {
	cfg := Config{StoreKind: os.Getenv("STORE"), Debug: os.Getenv("DEBUG") == "1"}
	var err error
	if cfg.Articles, err = loadSeed(os.Getenv("SEED")); err != nil {
		return Config{}, err
	}
	limit, err := number("BODY_LIMIT", defaultBodyLimit)
	if err != nil {
		return Config{}, err
	}
	cfg.BodyLimit = int64(limit)
	if cfg.Mailbox, err = number("MAILBOX", 64); err != nil {
		return Config{}, err
	}
	if text := os.Getenv("STORE_DELAY"); text != "" {
		if cfg.StoreDelay, err = time.ParseDuration(text); err != nil {
			return Config{}, fmt.Errorf("STORE_DELAY is %q, want a duration such as 20ms", text)
		}
	}
	return cfg, nil
}

// number reads a whole number above zero.
func number(name string, otherwise int) (int, error) {
	text := os.Getenv(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s is %q, want a whole number above zero", name, text)
	}
	return n, nil
}
