package main

import (
	"encoding/json"
	"fmt"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"time"
)

// Config is what the environment says.
type Config struct {
	Debug   bool
	Seed    []article
	Keys    map[string]bool // nil: no key is asked for
	MaxBody int64
	Rate    float64
	Burst   int
	Timeout time.Duration
}

func main() {
	log.SetFlags(0)
	cfg, err := configFromEnv()
	if err != nil {
		log.Fatalln("articles:", err)
	}
	host, port := or(os.Getenv("HOST"), "127.0.0.1"), or(os.Getenv("PORT"), "8080")
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
		log.Fatalf("articles: PORT is %q, want a number from 1 to 65535", port)
	}
	log.Fatalln("articles:", newServer(cfg).Start(net.JoinHostPort(host, port)))
}

func configFromEnv() (Config, error) {
	cfg := Config{Debug: os.Getenv("DEBUG") == "1", MaxBody: 1 << 20, Burst: 1}
	if text := os.Getenv("SEED"); text != "" {
		if err := json.Unmarshal([]byte(text), &cfg.Seed); err != nil {
			return cfg, fmt.Errorf("SEED: %w", err)
		}
	}
	if text, ok := os.LookupEnv("API_KEYS"); ok {
		cfg.Keys = map[string]bool{}
		for _, key := range strings.Split(text, ",") {
			if key = strings.TrimSpace(key); key != "" {
				cfg.Keys[key] = true
			}
		}
	}
	var err error
	if text := os.Getenv("BODY_LIMIT"); text != "" {
		if cfg.MaxBody, err = strconv.ParseInt(text, 10, 64); err != nil {
			return cfg, fmt.Errorf("BODY_LIMIT: %w", err)
		}
	}
	if text := os.Getenv("RATE_LIMIT"); text != "" {
		if cfg.Rate, err = strconv.ParseFloat(text, 64); err != nil {
			return cfg, fmt.Errorf("RATE_LIMIT: %w", err)
		}
	}
	if text := os.Getenv("RATE_BURST"); text != "" {
		if cfg.Burst, err = strconv.Atoi(text); err != nil {
			return cfg, fmt.Errorf("RATE_BURST: %w", err)
		}
	}
	if text := os.Getenv("REQUEST_TIMEOUT"); text != "" {
		if cfg.Timeout, err = time.ParseDuration(text); err != nil {
			return cfg, fmt.Errorf("REQUEST_TIMEOUT: %w", err)
		}
	}
	return cfg, nil
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
