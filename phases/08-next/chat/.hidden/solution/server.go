package main

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"
)

// serve answers until ctx is over. Then those inside may talk on for the drain delay;
// after it all are told goodbye, requests that are under way finish, and it returns.
func serve(ctx context.Context, e *echo.Echo, hub *hub, cfg Config) error {
	e.Server.ReadHeaderTimeout = 5 * time.Second
	failed := make(chan error, 1)
	go func() { failed <- e.Start(cfg.Addr) }()
	select {
	case err := <-failed: // it cannot listen, for example
		return err
	case <-ctx.Done():
	}
	time.Sleep(cfg.DrainDelay)

	ctx, cancel := context.WithTimeout(context.Background(), cfg.ShutdownTimeout)
	defer cancel()
	hub.close(ctx) // Shutdown knows nothing of WebSockets
	return e.Shutdown(ctx)
}
