package main

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/sony/gobreaker/v2"
	"golang.org/x/time/rate"
)

// buckets are the limiters of all clients. What is full again is forgotten.
type buckets struct {
	cfg     Config
	mu      sync.Mutex
	clients map[netip.Addr]*rate.Limiter
}

func newBuckets(cfg Config) *buckets {
	return &buckets{cfg: cfg, clients: map[netip.Addr]*rate.Limiter{}}
}

func (b *buckets) middleware(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if c.Request().URL.Path == "/healthz" {
			return next(c)
		}
		reserved := b.of(b.client(c.Request())).Reserve()
		if wait := reserved.Delay(); wait > 0 {
			reserved.Cancel()
			c.Response().Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(wait.Seconds()))))
			return c.JSON(http.StatusTooManyRequests, map[string]string{"error": "slow down"})
		}
		return next(c)
	}
}

func (b *buckets) of(client netip.Addr) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.clients) > 10_000 {
		for addr, l := range b.clients {
			if l.Tokens() >= float64(b.cfg.Burst) {
				delete(b.clients, addr)
			}
		}
	}
	l, ok := b.clients[client]
	if !ok {
		l = rate.NewLimiter(rate.Limit(b.cfg.Rate), b.cfg.Burst)
		b.clients[client] = l
	}
	return l
}

// client walks from the connection's end to the first address that is no proxy.
func (b *buckets) client(r *http.Request) netip.Addr {
	host, _, _ := net.SplitHostPort(r.RemoteAddr)
	addr, _ := netip.ParseAddr(host)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0 && b.proxy(addr); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			break
		}
		addr = next
	}
	return addr.Unmap()
}

func (b *buckets) proxy(addr netip.Addr) bool {
	for _, p := range b.cfg.Proxies {
		if p.Contains(addr.Unmap()) {
			return true
		}
	}
	return false
}

// quoted is an answer of the upstream.
type quoted struct {
	status int
	media  string
	body   []byte
}

var errUpstream = errors.New("the upstream is out of order")

// proxyQuote leaves the breaker to gobreaker. A client who leaves ends the call, which
// then tells nothing of the upstream, and is not counted.
func proxyQuote(cfg Config) echo.HandlerFunc {
	client := &http.Client{Timeout: cfg.Patience}
	breaker := gobreaker.NewCircuitBreaker[quoted](gobreaker.Settings{
		Timeout:     cfg.Cooldown,
		ReadyToTrip: func(n gobreaker.Counts) bool { return n.ConsecutiveFailures >= cfg.Failures },
		IsExcluded:  func(err error) bool { return errors.Is(err, context.Canceled) },
	})
	fetch := func(ctx context.Context) (q quoted, err error) {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, cfg.Upstream+"/quote", nil)
		if err != nil {
			return q, err
		}
		res, err := client.Do(req)
		if err != nil {
			return q, err
		}
		defer res.Body.Close()
		q.status, q.media = res.StatusCode, res.Header.Get("Content-Type")
		if q.status >= 500 {
			return q, errUpstream
		}
		q.body, err = io.ReadAll(io.LimitReader(res.Body, 1<<20))
		return q, err
	}
	return func(c echo.Context) error {
		q, err := breaker.Execute(func() (quoted, error) { return fetch(c.Request().Context()) })
		switch {
		case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
			c.Response().Header().Set("Retry-After", time.Now().Add(cfg.Cooldown+time.Second).UTC().Format(http.TimeFormat))
			return c.JSON(http.StatusServiceUnavailable, map[string]string{"error": "no quotes for now"})
		case err != nil:
			return c.JSON(http.StatusBadGateway, map[string]string{"error": "no quote"})
		}
		return c.Blob(q.status, q.media, q.body)
	}
}
