package main

import (
	"fmt"
	"os"
	"strconv"
)

// defaultBodyLimit is the largest body that is read, in bytes.
const defaultBodyLimit = 1 << 20

// Config is what the environment tells the app.
type Config struct {
	Articles  []Article // SEED
	BodyLimit int64     // BODY_LIMIT, in bytes
}

// loadConfig reads the environment.
func loadConfig() (Config, error) {
	articles, err := loadSeed(os.Getenv("SEED"))
	if err != nil {
		return Config{}, err
	}
	cfg := Config{Articles: articles, BodyLimit: defaultBodyLimit}
	if text := os.Getenv("BODY_LIMIT"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 1 {
			return Config{}, fmt.Errorf("BODY_LIMIT is %q, want a number of bytes", text)
		}
		cfg.BodyLimit = n
	}
	return cfg, nil
}
