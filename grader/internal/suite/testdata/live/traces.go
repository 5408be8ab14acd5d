package main

import (
	"context"
	"net/http"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// traces are exported to OTEL_EXPORTER_OTLP_ENDPOINT; unset, nothing is traced.
type traces struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

func newTraces(ctx context.Context) (*traces, error) {
	t := &traces{provider: sdk.NewTracerProvider()}
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" {
		var options []otlptracehttp.Option
		if os.Getenv("GZIP") != "" {
			options = append(options, otlptracehttp.WithCompression(otlptracehttp.GzipCompression))
		}
		exporter, err := otlptracehttp.New(ctx, options...)
		if err != nil {
			return nil, err
		}
		t.provider = sdk.NewTracerProvider(sdk.WithBatcher(exporter), sdk.WithResource(resource.NewSchemaless(attribute.String("service.name", "live"))))
	}
	t.tracer = t.provider.Tracer("live/http")
	return t, nil
}

func (t *traces) serve(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := r.Context()
		if fault != "orphans" {
			ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
		}
		route := routeOf(mux, r)
		ctx, span := t.tracer.Start(ctx, r.Method+" "+route, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(
			attribute.String("http.route", route), attribute.Int("tries", 1), attribute.Bool("test", true),
			attribute.StringSlice("names", []string{"a", "b"})))
		defer span.End()
		mux.ServeHTTP(w, r.WithContext(ctx))
	})
}

// query is the span of a question to the database.
func (t *traces) query(ctx context.Context, name string) (context.Context, func()) {
	if fault == "childless" {
		return ctx, func() {}
	}
	ctx, span := t.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient))
	return ctx, func() { span.End() }
}

func (t *traces) close() error {
	if fault == "unflushed" {
		return nil
	}
	return t.provider.Shutdown(context.Background())
}
