package main

import (
	"io"
	"net"
	"os"
	"time"
)

// defaultBodyLimit is the largest body that is read, in bytes.
const defaultBodyLimit = 1 << 20

// Config is what the environment tells the app. What is nil, empty or 0 is off.
type Config struct {
	Articles  []Article // SEED
	BodyLimit int64     // BODY_LIMIT, in bytes; 0: defaultBodyLimit
	Debug     bool      // DEBUG=1
	Log       io.Writer // where the log goes; nil: standard output

	RequestTimeout time.Duration // REQUEST_TIMEOUT: how long a handler may take

	APIKeys     []string // API_KEYS; nil if it is not set, empty if nobody has a key
	CORSOrigins []string // CORS_ORIGINS

	RateLimit      float64      // RATE_LIMIT: requests a second and client
	RateBurst      int          // RATE_BURST: requests at once
	TrustedProxies []*net.IPNet // TRUSTED_PROXIES: whose X-Forwarded-For counts

	UpstreamURL     string        // UPSTREAM_URL
	UpstreamTimeout time.Duration // UPSTREAM_TIMEOUT
	BreakerFailures int           // BREAKER_FAILURES: failures in a row that open the breaker
	BreakerCooldown time.Duration // BREAKER_COOLDOWN: how long it stays open

	// TODO 7.6: what serve and getReady need for a graceful stop.
	// TODO 7.7: four timeouts.
}

// loadConfig reads the environment.
func loadConfig() (Config, error) {
	articles, err := loadSeed(os.Getenv("SEED"))
	if err != nil {
		return Config{}, err
	}
	r := &reader{}
	cfg := Config{
		Articles:        articles,
		BodyLimit:       int64(r.number("BODY_LIMIT", defaultBodyLimit)),
		Debug:           os.Getenv("DEBUG") == "1",
		RequestTimeout:  r.duration("REQUEST_TIMEOUT", 0),
		APIKeys:         r.list("API_KEYS"),
		CORSOrigins:     r.list("CORS_ORIGINS"),
		RateLimit:       r.rate("RATE_LIMIT"),
		RateBurst:       r.number("RATE_BURST", 1),
		TrustedProxies:  r.networks("TRUSTED_PROXIES"),
		UpstreamURL:     os.Getenv("UPSTREAM_URL"),
		UpstreamTimeout: r.duration("UPSTREAM_TIMEOUT", 2*time.Second),
		BreakerFailures: r.number("BREAKER_FAILURES", 3),
		BreakerCooldown: r.duration("BREAKER_COOLDOWN", 10*time.Second),
	}
	return cfg, r.err
}
