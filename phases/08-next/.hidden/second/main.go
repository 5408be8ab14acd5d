package main

import (
	"context"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "-healthcheck" {
		os.Exit(alive(os.Getenv("PORT")))
	}
	cfg, err := configFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	cfg.Stopping = ctx.Done()
	defer stop()
	db, err := connect(ctx, cfg.Database, cfg.DBMaxOpen)
	if err != nil {
		log.Fatal(err)
	}
	watch, flush, err := newWatch(ctx, os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT"))
	if err != nil {
		log.Fatal(err)
	}
	hub := startHub(cfg)
	shelf := &shelf{db: db, hub: hub, tracer: watch.tracer}
	err = serve(newApp(cfg, shelf, db, hub, watch), hub, cfg)
	flush()
	db.Close()
	if err != nil {
		log.Fatal(err)
	}
}
