package main

import (
	"io"
	"net"
	"os"
	"time"
)

// defaultBodyLimit is the largest body that is read, in bytes.
const defaultBodyLimit = 1 << 20

// Config is what the environment tells the program. What is nil, empty or 0 is off.
type Config struct {
	Addr      string    // HOST and PORT: where the server listens
	BodyLimit int64     // BODY_LIMIT, in bytes
	Debug     bool      // DEBUG=1
	Log       io.Writer // where the log goes; nil: standard output

	Database  database // DATABASE_URL
	DBMaxOpen int      // DB_MAX_OPEN: connections to the database

	JWTSecret []byte        // JWT_SECRET: signs the tokens
	JWTTTL    time.Duration // JWT_TTL: how long a token is good

	FeedBuffer  int    // FEED_BUFFER: events that may wait for one listener
	OTLPAddress string // OTEL_EXPORTER_OTLP_ENDPOINT: where traces go

	CORSOrigins    []string     // CORS_ORIGINS
	RateLimit      float64      // RATE_LIMIT: requests a second and client
	RateBurst      int          // RATE_BURST: requests at once
	TrustedProxies []*net.IPNet // TRUSTED_PROXIES: whose X-Forwarded-For counts

	UpstreamURL     string        // UPSTREAM_URL
	UpstreamTimeout time.Duration // UPSTREAM_TIMEOUT
	BreakerFailures int           // BREAKER_FAILURES: failures in a row that open the breaker
	BreakerCooldown time.Duration // BREAKER_COOLDOWN: how long it stays open

	RequestTimeout    time.Duration // REQUEST_TIMEOUT: how long a handler may take
	ReadHeaderTimeout time.Duration // READ_HEADER_TIMEOUT: for the header of a request
	ReadTimeout       time.Duration // READ_TIMEOUT: for the whole request
	WriteTimeout      time.Duration // WRITE_TIMEOUT: from the end of the header to the end of the answer
	IdleTimeout       time.Duration // IDLE_TIMEOUT: between two requests on one connection

	Stopping        <-chan struct{} // closed when the program is told to stop; nil: never
	DrainDelay      time.Duration   // DRAIN_DELAY: how long it serves on then
	ShutdownTimeout time.Duration   // SHUTDOWN_TIMEOUT: how long requests may take to finish after that
}

// loadConfig reads the environment. Its error names every variable that is wrong.
func loadConfig() (Config, error) {
	r := &reader{}
	cfg := Config{
		Addr:      r.address("HOST", "PORT"),
		BodyLimit: int64(r.number("BODY_LIMIT", defaultBodyLimit)),
		Debug:     os.Getenv("DEBUG") == "1",

		Database:  r.database("DATABASE_URL", "sqlite://articles.db"),
		DBMaxOpen: r.number("DB_MAX_OPEN", 10),

		JWTSecret: r.secret("JWT_SECRET", minSecret),
		JWTTTL:    r.duration("JWT_TTL", time.Hour),

		FeedBuffer:  r.number("FEED_BUFFER", 256),
		OTLPAddress: os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"),

		CORSOrigins:    r.list("CORS_ORIGINS"),
		RateLimit:      r.rate("RATE_LIMIT"),
		RateBurst:      r.number("RATE_BURST", 1),
		TrustedProxies: r.networks("TRUSTED_PROXIES"),

		UpstreamURL:     os.Getenv("UPSTREAM_URL"),
		UpstreamTimeout: r.duration("UPSTREAM_TIMEOUT", 2*time.Second),
		BreakerFailures: r.number("BREAKER_FAILURES", 3),
		BreakerCooldown: r.duration("BREAKER_COOLDOWN", 10*time.Second),

		RequestTimeout:    r.duration("REQUEST_TIMEOUT", 0),
		ReadHeaderTimeout: r.duration("READ_HEADER_TIMEOUT", 5*time.Second),
		ReadTimeout:       r.duration("READ_TIMEOUT", 30*time.Second),
		WriteTimeout:      r.duration("WRITE_TIMEOUT", 30*time.Second),
		IdleTimeout:       r.duration("IDLE_TIMEOUT", 2*time.Minute),
		DrainDelay:        r.duration("DRAIN_DELAY", 0),
		ShutdownTimeout:   r.duration("SHUTDOWN_TIMEOUT", 10*time.Second),
	}
	return cfg, r.err()
}
