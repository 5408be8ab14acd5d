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
		fmt.Fprintln(os.Stderr, "shortener:", err)
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
	db, meter, err := openDatabase(ctx, cfg.DatabaseURL, cfg.StoreDelay, schema)
	if err != nil {
		return err
	}
	defer db.Close()
	e := newApp(cfg, db).routes()
	if cfg.Debug {
		e.GET("/debug/database", meter.answer) // the checks ask it
	}
	err = serve(ctx, e, cfg.Addr)
	// TODO shortener.6: no request is under way any more, and the database is still
	// open: write the clicks that are only in memory.
	return err
}
