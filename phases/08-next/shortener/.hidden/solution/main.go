package main

import (
	"context"
	"errors"
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
	a := newApp(cfg, db)
	e := a.routes()
	if cfg.Debug {
		e.GET("/debug/database", meter.answer)
	}
	err = serve(ctx, e, cfg.Addr)
	return errors.Join(err, a.close()) // no request is under way any more, so no click comes later
}
