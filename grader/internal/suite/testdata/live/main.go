// Live is a small right program for the suites of docs/suites.md and of the tests that
// need a database, a WebSocket, traces or metrics: notes, and a feed of what happens to
// them. FAULT names one thing that it is to do wrong.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

var fault = os.Getenv("FAULT")

type app struct {
	store   store
	feed    *feed
	metrics *metrics
	traces  *traces
}

type note struct {
	ID   int64  `json:"id"`
	Text string `json:"text"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{feed: newFeed(), metrics: newMetrics()}
	var err error
	if a.traces, err = newTraces(ctx); err != nil {
		return err
	}
	if a.store, err = open(ctx, os.Getenv("DATABASE_URL")); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /notes", a.list)
	mux.HandleFunc("POST /notes", a.create)
	mux.HandleFunc("GET /feed", a.feed.serve)
	mux.HandleFunc("GET /crash", func(http.ResponseWriter, *http.Request) { os.Exit(3) })
	mux.Handle("GET /metrics", a.metrics.handler())
	l, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT")))
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: a.metrics.count(mux, a.traces.serve(mux))}
	stopped := make(chan error)
	context.AfterFunc(ctx, func() {
		a.feed.close()
		err := srv.Shutdown(context.Background())
		stopped <- errors.Join(err, a.traces.close(), a.store.close())
	})
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-stopped
}

func (a *app) list(w http.ResponseWriter, r *http.Request) {
	ctx, end := a.traces.query(r.Context(), "SELECT")
	defer end()
	notes, err := a.store.all(ctx)
	if err != nil {
		fail(w, err)
		return
	}
	answer(w, 200, map[string]any{"items": notes})
}

// create makes a note, or with ?n=1000 so many, of BYTES bytes each if it is set.
func (a *app) create(w http.ResponseWriter, r *http.Request) {
	var n note
	if err := json.NewDecoder(r.Body).Decode(&n); err != nil {
		answer(w, 400, map[string]string{"message": err.Error()})
		return
	}
	count, err := strconv.Atoi(r.URL.Query().Get("n"))
	if err != nil {
		count = 1
	}
	ctx, end := a.traces.query(r.Context(), "INSERT")
	defer end()
	made, err := a.store.add(ctx, n.Text, count)
	if err != nil {
		fail(w, err)
		return
	}
	for _, n := range made {
		a.feed.tell(event{Type: "created", ID: n.ID, Text: n.Text})
	}
	answer(w, 201, made[len(made)-1])
}

func fail(w http.ResponseWriter, err error) {
	slog.Error("request", "error", err)
	answer(w, 500, map[string]string{"message": "something went wrong"})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}
