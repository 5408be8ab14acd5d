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
		fmt.Fprintln(os.Stderr, "notes:", err)
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
	cfg.Stopping = ctx.Done()

	db, err := open(ctx, cfg.Database)
	if err != nil {
		return err
	}
	defer db.Close()
	return serve(NewApp(cfg, db), cfg)
}
