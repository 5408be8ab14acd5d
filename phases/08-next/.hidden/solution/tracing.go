package main

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// flushTimeout is how long the last spans may take to be sent.
const flushTimeout = 5 * time.Second

// tracer makes the spans of this program. Until startTracing sets a provider, and for
// good if there is no address to send to, its spans cost and do nothing.
var tracer = otel.Tracer("articles")

// startTracing sends spans to cfg.OTLPAddress. flush sends those that wait: call it
// when the program ends.
func startTracing(ctx context.Context, cfg Config) (flush func() error, err error) {
	otel.SetTextMapPropagator(propagation.TraceContext{})
	if cfg.OTLPAddress == "" {
		return func() error { return nil }, nil // the exporter would call localhost:4318
	}
	exporter, err := otlptracehttp.New(ctx) // reads OTEL_EXPORTER_OTLP_ENDPOINT itself
	if err != nil {
		return nil, err
	}
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "articles"), attribute.String("service.version", version))),
	)
	otel.SetTracerProvider(provider)
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), flushTimeout)
		defer cancel()
		return provider.Shutdown(ctx)
	}, nil
}

// traceRequests makes a span of every request: a child of the caller's, if the caller
// sends a traceparent (W3C Trace Context).
func traceRequests(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		ctx := otel.GetTextMapPropagator().Extract(req.Context(), propagation.HeaderCarrier(req.Header))
		method, route := methodLabel(req.Method), routeOf(c)
		ctx, span := tracer.Start(ctx, method+" "+route, trace.WithSpanKind(trace.SpanKindServer),
			trace.WithAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route)))
		defer span.End()
		c.SetRequest(req.WithContext(ctx))
		err := next(c)
		status := c.Response().Status
		span.SetAttributes(attribute.Int("http.response.status_code", status))
		if status >= 500 {
			span.SetStatus(codes.Error, "")
		}
		return err
	}
}
