package main

import (
	"cmp"
	"log"
	"net"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// Config holds the settings, each of which is a variable of the environment.
type Config struct {
	Seed     string
	MaxBody  int64
	Debug    bool
	Keys     *[]string // nil: everybody may write
	Origins  []string
	Rate     float64 // 0: no limit
	Burst    int
	Proxies  []netip.Prefix
	Upstream string
	Patience time.Duration
	Failures uint32
	Cooldown time.Duration
}

func main() {
	log.SetFlags(0)
	port := cmp.Or(os.Getenv("PORT"), "8080")
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		log.Fatalf("PORT must be from 1 to 65535, and is %q", port)
	}
	app, err := NewApp(settings())
	if err != nil {
		log.Fatal(err)
	}
	log.Fatal(app.Start(net.JoinHostPort(cmp.Or(os.Getenv("HOST"), "127.0.0.1"), port)))
}

func settings() Config {
	c := Config{
		Seed:     cmp.Or(os.Getenv("SEED"), "[]"),
		MaxBody:  parsed("BODY_LIMIT", "1048576", func(s string) (int64, error) { return strconv.ParseInt(s, 10, 64) }),
		Debug:    os.Getenv("DEBUG") == "1",
		Origins:  words(os.Getenv("CORS_ORIGINS")),
		Rate:     parsed("RATE_LIMIT", "0", func(s string) (float64, error) { return strconv.ParseFloat(s, 64) }),
		Burst:    parsed("RATE_BURST", "1", strconv.Atoi),
		Upstream: os.Getenv("UPSTREAM_URL"),
		Patience: parsed("UPSTREAM_TIMEOUT", "2s", time.ParseDuration),
		Failures: uint32(parsed("BREAKER_FAILURES", "3", strconv.Atoi)),
		Cooldown: parsed("BREAKER_COOLDOWN", "10s", time.ParseDuration),
	}
	if text, ok := os.LookupEnv("API_KEYS"); ok {
		keys := words(text)
		c.Keys = &keys
	}
	for _, w := range words(os.Getenv("TRUSTED_PROXIES")) {
		prefix, err := netip.ParsePrefix(w)
		if err != nil {
			log.Fatalf("TRUSTED_PROXIES: %v", err)
		}
		c.Proxies = append(c.Proxies, prefix)
	}
	return c
}

func parsed[T any](name, otherwise string, parse func(string) (T, error)) T {
	v, err := parse(cmp.Or(os.Getenv(name), otherwise))
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
	return v
}

func words(list string) (out []string) {
	for _, w := range strings.Split(list, ",") {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}
