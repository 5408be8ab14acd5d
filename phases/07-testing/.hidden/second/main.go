package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// Config is what the environment says.
type Config struct {
	Debug     bool
	Log       io.Writer
	Articles  []Article
	APIKeys   []string // nil: no key is asked for
	BodyLimit int64
	Rate      float64
	Burst     int
	Timeout   time.Duration
	Leaving   *atomic.Bool // it was told to stop
	Times     times
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
	cfg.Leaving = new(atomic.Bool)
	if err := listen(NewApp(cfg), net.JoinHostPort(host, port), cfg); err != nil {
		log.Fatalln("articles:", err)
	}
}

func configFromEnv() (Config, error) {
	cfg := Config{Debug: os.Getenv("DEBUG") == "1", Burst: 1}
	if text := os.Getenv("SEED"); text != "" {
		if err := json.Unmarshal([]byte(text), &cfg.Articles); err != nil {
			return cfg, fmt.Errorf("SEED: %w", err)
		}
	}
	if text, ok := os.LookupEnv("API_KEYS"); ok {
		cfg.APIKeys = []string{}
		for _, key := range strings.Split(text, ",") {
			if key = strings.TrimSpace(key); key != "" {
				cfg.APIKeys = append(cfg.APIKeys, key)
			}
		}
	}
	var err error
	if text := os.Getenv("BODY_LIMIT"); text != "" {
		if cfg.BodyLimit, err = strconv.ParseInt(text, 10, 64); err != nil {
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
	return cfg, cfg.Times.fromEnv()
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
