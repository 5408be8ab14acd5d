package main

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"
)

// serve answers until ctx is over. Then requests that are under way finish, and it returns.
func serve(ctx context.Context, e *echo.Echo, hub *hub, cfg Config) error {
	e.Server.ReadHeaderTimeout = 5 * time.Second
	failed := make(chan error, 1)
	go func() { failed <- e.Start(cfg.Addr) }()
	select {
	case err := <-failed: // it cannot listen, for example
		return err
	case <-ctx.Done():
	}
	// TODO chat.6: wait DRAIN_DELAY, then say goodbye to all WebSockets.

	ctx, cancel := context.WithTimeout(context.Background(), cfg.ShutdownTimeout)
	defer cancel()
	return e.Shutdown(ctx)
}
