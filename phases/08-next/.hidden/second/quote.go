package main

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"os"
	"strconv"
	"strings"

	"github.com/labstack/echo/v5"
)

// maxQuote is the largest answer of the upstream that is passed on, in bytes.
const maxQuote = 1 << 20

// quotes passes the upstream's quote on.
type quotes struct {
	url     string
	client  *http.Client
	breaker *breaker
}

func newQuotes(cfg Config) *quotes {
	return &quotes{
		url:     strings.TrimSuffix(cfg.UpstreamURL, "/") + "/quote",
		client:  &http.Client{Timeout: cfg.UpstreamTimeout},
		breaker: &breaker{max: cfg.BreakerFailures, cooldown: cfg.BreakerCooldown},
	}
}

func (q *quotes) get(c *echo.Context) error {
	done, wait := q.breaker.allow()
	if done == nil {
		seconds := max(1, int(math.Ceil(wait.Seconds())))
		c.Response().Header().Set(echo.HeaderRetryAfter, strconv.Itoa(seconds))
		return echo.NewHTTPError(http.StatusServiceUnavailable, "the quotes are out of service, try again later")
	}
	res, body, err := q.fetch(c.Request().Context())
	done(judge(c.Request().Context(), res, err))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		return echo.NewHTTPError(http.StatusGatewayTimeout, "the quotes do not answer")
	case err != nil || res.StatusCode >= 500:
		return echo.NewHTTPError(http.StatusBadGateway, "the quotes are out of order")
	}
	return c.Blob(res.StatusCode, res.Header.Get(echo.HeaderContentType), body)
}

// fetch asks the upstream once; the whole exchange is bounded by the client's timeout.
func (q *quotes) fetch(ctx context.Context) (*http.Response, []byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, q.url, nil)
	if err != nil {
		return nil, nil, err
	}
	res, err := q.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxQuote))
	return res, body, err
}

// judge says what a call tells of the upstream: a 404 is an answer like any other.
func judge(ctx context.Context, res *http.Response, err error) outcome {
	switch {
	case ctx.Err() != nil:
		return abandoned
	case err != nil || res.StatusCode >= 500:
		return failed
	}
	return succeeded
}
