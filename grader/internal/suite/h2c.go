package suite

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// exchangeH2C is exchange in HTTP/2 with prior knowledge (RFC 9113, section 3.3), over
// a connection whose deadline is set.
func exchangeH2C(conn net.Conn, q *request) (*response, error) {
	began := time.Now()
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{
		Protocols:              &protocols,
		DisableCompression:     true,
		MaxResponseHeaderBytes: maxHeader,
		DialContext:            func(context.Context, string, string) (net.Conn, error) { return conn, nil },
	}
	defer transport.CloseIdleConnections()
	// Opaque: the path goes as it is written.
	req := &http.Request{Method: q.method, URL: &url.URL{Scheme: "http", Host: "localhost", Opaque: q.path},
		Header: http.Header{"User-Agent": {"grader"}}, ContentLength: int64(len(q.body))}
	if q.body != nil {
		req.Body = io.NopCloser(bytes.NewReader(q.body))
	}
	for _, h := range q.headers {
		if strings.EqualFold(h[0], "Host") {
			req.Host = h[1]
			continue
		}
		req.Header.Add(h[0], h[1])
	}
	ctx, cancel := context.WithDeadline(context.Background(), began.Add(q.within))
	defer cancel()
	res, err := transport.RoundTrip(req.WithContext(ctx))
	var body []byte
	if err == nil {
		defer res.Body.Close()
		body, err = io.ReadAll(io.LimitReader(res.Body, maxBody+1))
	}
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return nil, os.ErrDeadlineExceeded
	case err != nil:
		return nil, fmt.Errorf("no answer in HTTP/2: %w", err)
	case len(body) > maxBody:
		return nil, fmt.Errorf("the body goes on after %d MiB", maxBody>>20)
	}
	return &response{request: q, proto: res.Proto, status: res.StatusCode, header: res.Header, body: body, took: time.Since(began)}, nil
}
