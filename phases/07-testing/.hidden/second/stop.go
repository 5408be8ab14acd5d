package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// times are the durations of the environment, by the names of their variables.
type times map[string]time.Duration

func (t *times) fromEnv() error {
	*t = times{
		"READ_HEADER_TIMEOUT": 3 * time.Second, "READ_TIMEOUT": time.Minute, "WRITE_TIMEOUT": time.Minute, "IDLE_TIMEOUT": 90 * time.Second,
		"DRAIN_DELAY": 0, "SHUTDOWN_TIMEOUT": 10 * time.Second,
	}
	for name := range *t {
		if text := os.Getenv(name); text != "" {
			d, err := time.ParseDuration(text)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			(*t)[name] = d
		}
	}
	return nil
}

// listen serves until a signal, and then as long as it takes to leave in good order.
func listen(app http.Handler, addr string, cfg Config) error {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := http.Server{
		Handler:           app,
		ReadHeaderTimeout: cfg.Times["READ_HEADER_TIMEOUT"], ReadTimeout: cfg.Times["READ_TIMEOUT"],
		WriteTimeout: cfg.Times["WRITE_TIMEOUT"], IdleTimeout: cfg.Times["IDLE_TIMEOUT"],
		Protocols: new(http.Protocols),
	}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	left := make(chan error)
	go func() {
		<-signals
		cfg.Leaving.Store(true)
		<-time.After(cfg.Times["DRAIN_DELAY"])
		ctx, cancel := context.WithTimeout(context.Background(), cfg.Times["SHUTDOWN_TIMEOUT"])
		defer cancel()
		left <- server.Shutdown(ctx)
	}()
	if err := server.Serve(l); err != http.ErrServerClosed {
		return err
	}
	return <-left
}
