package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strconv"
	"syscall"
)

func main() {
	// TODO 8.11: with the flag -healthcheck, ask /healthz of the program that runs at PORT,
	// and end with status 0 or 1. And write a Dockerfile.
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "articles:", err)
		os.Exit(1)
	}
}

// run starts the server and returns only when it cannot start or has stopped.
func run() error {
	addr, err := address() // TODO 8.1: loadConfig reads PORT, so that its error stands beside the others
	if err != nil {
		return err
	}
	cfg, err := loadConfig()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cfg.Stopping = ctx.Done()

	// TODO 8.2: open cfg.Database, close it when the program ends, and give NewApp a
	// sqlStore of it (and the pool, for probe.go), in place of the memory.
	return serve(NewApp(cfg, newMemory(nil), nil), addr, cfg)
}

// address is where the server listens: HOST and PORT, or 127.0.0.1:8080.
func address() (string, error) {
	host, port := os.Getenv("HOST"), os.Getenv("PORT")
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "8080"
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("PORT is %q, want a number from 1 to 65535", port)
	}
	return net.JoinHostPort(host, port), nil
}
