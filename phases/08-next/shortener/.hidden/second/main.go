package main

import (
	"context"
	"log"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	log.SetFlags(0)
	set, err := readSettings()
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()

	db, meter, err := openDatabase(ctx, set.databaseURL, set.storeDelay, tables)
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	links := library{db: db.DB}
	tally := startTally(links, set.flushInterval)
	api := &api{links: links, shelf: newShelf(set.cacheSize, links.find), tally: tally, base: set.baseURL}
	e := api.echo()
	if set.debug {
		e.GET("/debug/database", meter.answer)
	}

	ended := make(chan error, 1)
	go func() { ended <- e.Start(set.address) }()
	select {
	case err := <-ended:
		log.Fatal(err)
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	if err := e.Shutdown(last); err != nil {
		log.Print(err)
	}
	tally.stop()
}
