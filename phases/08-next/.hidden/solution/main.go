package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	healthcheck := flag.Bool("healthcheck", false, "ask the program that runs at HOST and PORT whether it is alive, and exit with 0 if so")
	flag.Parse()
	work := run
	if *healthcheck {
		work = checkHealth
	}
	if err := work(); err != nil {
		fmt.Fprintln(os.Stderr, "articles:", err)
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

	flush, err := startTracing(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() {
		if err := flush(); err != nil { // no reason to end with an error
			fmt.Fprintln(os.Stderr, "articles: send the last spans:", err)
		}
	}()
	db, err := cfg.Database.open(ctx, cfg.DBMaxOpen)
	if err != nil {
		return err
	}
	defer db.Close()
	feed := newFeed(cfg.FeedBuffer)
	return serve(NewApp(cfg, &sqlStore{db: db, publish: feed.publish}, feed), feed, cfg)
}
