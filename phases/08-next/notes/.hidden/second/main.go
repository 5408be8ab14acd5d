package main

import (
	"context"
	"errors"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func main() {
	log.SetFlags(0)
	users, err := parseUsers(os.Getenv("USERS"))
	if err != nil {
		log.Fatal(err)
	}
	file, ok := strings.CutPrefix(env("DATABASE_URL", "sqlite://notes.db"), "sqlite://")
	if !ok {
		log.Fatal("DATABASE_URL: want sqlite:///path/of/a/file")
	}
	journal, err := openJournal(file)
	if err != nil {
		log.Fatal(err)
	}
	defer journal.close()
	shelf, err := newShelf(journal)
	if err != nil {
		log.Fatal(err)
	}

	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	app := &api{shelf: shelf, users: users, closing: ctx.Done()}
	server := &http.Server{
		Addr:              net.JoinHostPort(env("HOST", "127.0.0.1"), env("PORT", "8080")),
		Handler:           app.routes(os.Getenv("DEBUG") == "1"),
		ReadHeaderTimeout: 5 * time.Second,
	}
	stopped := make(chan error, 1)
	context.AfterFunc(ctx, func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		stopped <- server.Shutdown(ctx)
	})
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		log.Fatal(err)
	}
	if err := <-stopped; err != nil {
		log.Fatal(err)
	}
}
