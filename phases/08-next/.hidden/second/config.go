package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"
)

// Config is the environment, read.
type Config struct {
	Addr           string
	Database       string
	DBMaxOpen      int
	JWTSecret      string
	JWTTTL         time.Duration
	FeedBuffer     int
	BodyLimit      int64
	Debug          bool
	Log            io.Writer
	RequestTimeout time.Duration
	CORSOrigins    []string
	RateLimit      float64
	RateBurst      int
	TrustedProxies []*net.IPNet

	UpstreamURL     string
	UpstreamTimeout time.Duration
	BreakerFailures int
	BreakerCooldown time.Duration

	ReadHeaderTimeout, ReadTimeout, WriteTimeout, IdleTimeout time.Duration

	Stopping                    <-chan struct{}
	DrainDelay, ShutdownTimeout time.Duration
}

// setting reads one variable into the Config. Its error says what is wanted.
type setting struct {
	name, otherwise string
	read            func(text string) error
}

func configFromEnv() (Config, error) {
	cfg := Config{Debug: os.Getenv("DEBUG") == "1", UpstreamURL: os.Getenv("UPSTREAM_URL"), Addr: os.Getenv("HOST")}
	if cfg.Addr == "" {
		cfg.Addr = "127.0.0.1"
	}
	cfg.CORSOrigins = split(os.Getenv("CORS_ORIGINS"))
	var limit, port int
	settings := []setting{
		{"PORT", "8080", whole(&port)},
		{"DATABASE_URL", "sqlite://articles.db", func(text string) error {
			cfg.Database = text
			if strings.HasPrefix(text, "sqlite://") {
				return nil
			}
			if u, err := url.Parse(text); err != nil || u.Scheme != "postgres" {
				return errors.New("a URL with sqlite:// or postgres:// in front")
			}
			return nil
		}},
		{"DB_MAX_OPEN", "8", whole(&cfg.DBMaxOpen)},
		{"JWT_SECRET", "", func(text string) error {
			cfg.JWTSecret = text
			if len(text) < 32 {
				return errors.New("32 bytes or more")
			}
			return nil
		}},
		{"JWT_TTL", "1h", span(&cfg.JWTTTL)},
		{"FEED_BUFFER", "256", whole(&cfg.FeedBuffer)},
		{"BODY_LIMIT", "1048576", whole(&limit)},
		{"REQUEST_TIMEOUT", "0s", span(&cfg.RequestTimeout)},
		{"RATE_LIMIT", "0", func(text string) (err error) {
			cfg.RateLimit, err = strconv.ParseFloat(text, 64)
			return err
		}},
		{"RATE_BURST", "1", whole(&cfg.RateBurst)},
		{"TRUSTED_PROXIES", "", func(text string) error {
			for _, word := range split(text) {
				_, n, err := net.ParseCIDR(word)
				if err != nil {
					return err
				}
				cfg.TrustedProxies = append(cfg.TrustedProxies, n)
			}
			return nil
		}},
		{"UPSTREAM_TIMEOUT", "2s", span(&cfg.UpstreamTimeout)},
		{"BREAKER_FAILURES", "3", whole(&cfg.BreakerFailures)},
		{"BREAKER_COOLDOWN", "10s", span(&cfg.BreakerCooldown)},
		{"READ_HEADER_TIMEOUT", "5s", span(&cfg.ReadHeaderTimeout)},
		{"READ_TIMEOUT", "30s", span(&cfg.ReadTimeout)},
		{"WRITE_TIMEOUT", "30s", span(&cfg.WriteTimeout)},
		{"IDLE_TIMEOUT", "2m", span(&cfg.IdleTimeout)},
		{"DRAIN_DELAY", "0s", span(&cfg.DrainDelay)},
		{"SHUTDOWN_TIMEOUT", "10s", span(&cfg.ShutdownTimeout)},
	}
	var wrong []string
	for _, s := range settings {
		text := os.Getenv(s.name)
		if text == "" {
			text = s.otherwise
		}
		if err := s.read(text); err != nil {
			if s.name != "JWT_SECRET" && s.name != "DATABASE_URL" {
				err = fmt.Errorf("not %q: %w", text, err)
			}
			wrong = append(wrong, s.name+": "+err.Error())
		}
	}
	if port > 65535 {
		wrong = append(wrong, fmt.Sprintf("PORT: %d is too high", port))
	}
	cfg.BodyLimit = int64(limit)
	cfg.Addr = net.JoinHostPort(cfg.Addr, strconv.Itoa(port))
	if len(wrong) > 0 {
		return cfg, errors.New(strings.Join(wrong, "; "))
	}
	return cfg, nil
}

func whole(to *int) func(string) error {
	return func(text string) (err error) {
		if *to, err = strconv.Atoi(text); err == nil && *to < 1 {
			err = errors.New("one or more")
		}
		return err
	}
}

func span(to *time.Duration) func(string) error {
	return func(text string) (err error) {
		*to, err = time.ParseDuration(text)
		return err
	}
}

func split(text string) []string {
	var words []string
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words
}
