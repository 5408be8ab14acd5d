package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		os.Exit(1)
	}
}

// run serves and returns only when it cannot start or has stopped.
func run() error {
	cfg, err := loadConfig()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()

	store, err := openStore(ctx, cfg.Database)
	if err != nil {
		return err
	}
	defer store.close()
	hub := newHub(cfg, store)
	return serve(ctx, newApp(cfg, hub, ctx.Done()), hub, cfg)
}
