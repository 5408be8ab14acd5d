package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v5"
)

// serve answers on cfg.Addr until the program is told to stop. Then it stops in this order:
// it says so at /readyz and serves on for the drain delay, takes no new connection, lets
// requests finish that are under way, and returns.
func serve(e *echo.Echo, hub *hub, cfg Config) error {
	server := &http.Server{Addr: cfg.Addr, Handler: e}
	configure(server, cfg)
	failed := make(chan error, 1)
	go func() { failed <- server.ListenAndServe() }()
	select {
	case err := <-failed: // it cannot listen, for example
		return err
	case <-cfg.Stopping:
	}
	time.Sleep(cfg.DrainDelay)
	hub.shutdown(cfg.ShutdownTimeout)

	// ListenAndServe returns as soon as Shutdown begins: what counts is its end.
	ctx, cancel := context.WithTimeout(context.Background(), cfg.ShutdownTimeout)
	defer cancel()
	err := server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(errors.New("requests were still under way"), server.Close())
	}
	return err
}

// configure bounds how long clients may take, and lets them speak HTTP/2 without TLS.
func configure(s *http.Server, cfg Config) {
	s.ReadHeaderTimeout = cfg.ReadHeaderTimeout
	s.ReadTimeout = cfg.ReadTimeout
	s.WriteTimeout = cfg.WriteTimeout
	s.IdleTimeout = cfg.IdleTimeout
	s.Protocols = new(http.Protocols)
	s.Protocols.SetHTTP1(true)
	s.Protocols.SetUnencryptedHTTP2(true)
}
