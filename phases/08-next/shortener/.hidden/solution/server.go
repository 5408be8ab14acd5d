package main

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"
)

// shutdownTimeout is how long requests may take that are under way at the end.
const shutdownTimeout = 10 * time.Second

// serve answers until ctx ends. Then it takes no new connection, lets the requests
// finish that are under way, and returns.
func serve(ctx context.Context, e *echo.Echo, addr string) error {
	e.HideBanner = true
	e.Server.ReadHeaderTimeout = 5 * time.Second
	e.Server.IdleTimeout = 2 * time.Minute
	failed := make(chan error, 1)
	go func() { failed <- e.Start(addr) }()
	select {
	case err := <-failed: // it cannot listen, for example
		return err
	case <-ctx.Done():
	}
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	return e.Shutdown(ctx)
}
