package main

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v5"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"
)

// watch counts and traces requests.
type watch struct {
	tracer trace.Tracer

	mu      sync.Mutex
	counts  map[string]int
	seconds map[string][]float64 // by method and route
}

// newWatch sends spans to the endpoint, if there is one; stop sends the last.
func newWatch(ctx context.Context, endpoint string) (w *watch, stop func(), err error) {
	w = &watch{tracer: noop.NewTracerProvider().Tracer(""), counts: map[string]int{}, seconds: map[string][]float64{}}
	if endpoint == "" {
		return w, func() {}, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(strings.TrimSuffix(endpoint, "/")+"/v1/traces"))
	if err != nil {
		return nil, nil, err
	}
	provider := sdk.NewTracerProvider(sdk.WithBatcher(exporter, sdk.WithBatchTimeout(time.Second)))
	w.tracer = provider.Tracer("second")
	return w, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		provider.Shutdown(ctx)
	}, nil
}

// around is the middleware: it answers errors itself, so that the status is known.
func (w *watch) around(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		began := time.Now()
		route := c.Path()
		if route == "" {
			route = "none"
		}
		ctx := propagation.TraceContext{}.Extract(c.Request().Context(), propagation.HeaderCarrier(c.Request().Header))
		ctx, span := w.tracer.Start(ctx, route, trace.WithSpanKind(trace.SpanKindServer))
		span.SetAttributes(attribute.String("http.route", route))
		c.SetRequest(c.Request().WithContext(ctx))
		if err := next(c); err != nil {
			c.Echo().HTTPErrorHandler(c, err)
		}
		span.End()
		res, err := echo.UnwrapResponse(c.Response())
		if err != nil {
			return err
		}
		labels := fmt.Sprintf(`method="%s",route="%s"`, known(c.Request().Method), route)
		w.mu.Lock()
		w.counts[fmt.Sprintf(`%s,status="%d"`, labels, res.Status)]++
		w.seconds[labels] = append(w.seconds[labels], time.Since(began).Seconds())
		w.mu.Unlock()
		return nil
	}
}

func known(method string) string {
	if slices.Contains([]string{"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"}, method) {
		return method
	}
	return "OTHER"
}

// metrics writes Prometheus' text format by hand.
func (w *watch) metrics(c *echo.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	var b strings.Builder
	b.WriteString("# TYPE http_requests_total counter\n")
	for labels, n := range w.counts {
		fmt.Fprintf(&b, "http_requests_total{%s} %d\n", labels, n)
	}
	b.WriteString("# TYPE http_request_duration_seconds histogram\n")
	for labels, all := range w.seconds {
		sum := 0.0
		quick := 0
		for _, s := range all {
			sum += s
			if s <= 0.1 {
				quick++
			}
		}
		fmt.Fprintf(&b, "http_request_duration_seconds_bucket{%s,le=\"0.1\"} %d\n", labels, quick)
		fmt.Fprintf(&b, "http_request_duration_seconds_bucket{%s,le=\"+Inf\"} %d\n", labels, len(all))
		fmt.Fprintf(&b, "http_request_duration_seconds_sum{%s} %g\n", labels, sum)
		fmt.Fprintf(&b, "http_request_duration_seconds_count{%s} %d\n", labels, len(all))
	}
	return c.Blob(http.StatusOK, "text/plain; version=0.0.4", []byte(b.String()))
}
