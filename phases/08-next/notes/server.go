package main

import (
	"context"
	"errors"
	"time"

	"github.com/labstack/echo/v4"
)

// shutdownTimeout is how long requests may take to finish when the program stops.
const shutdownTimeout = 10 * time.Second

// serve answers until the program is told to stop. Then it takes no new connection,
// lets requests finish that are under way, and returns.
func serve(e *echo.Echo, cfg Config) error {
	e.Server.ReadHeaderTimeout = 5 * time.Second
	e.Server.ReadTimeout = time.Minute
	e.Server.WriteTimeout = time.Minute
	failed := make(chan error, 1)
	go func() { failed <- e.Start(cfg.Addr) }()
	select {
	case err := <-failed: // it cannot listen, for example
		return err
	case <-cfg.Stopping:
	}
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	err := e.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(errors.New("requests were still under way"), e.Close())
	}
	return err
}
