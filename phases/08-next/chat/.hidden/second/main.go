package main

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/labstack/echo/v4"
)

func main() {
	log.SetFlags(0)
	cfg, err := loadConfig()
	if err == nil {
		err = run(cfg)
	}
	if err != nil {
		log.Fatal("chat: ", err)
	}
}

func run(cfg Config) error {
	db, err := openArchive(cfg.Database)
	if err != nil {
		return err
	}
	defer db.close()
	a := &app{cfg: cfg, archive: db, quit: make(chan struct{}), rooms: map[string]*room{}}
	srv := &http.Server{Addr: cfg.Addr, Handler: a.routes(), ReadHeaderTimeout: 5 * time.Second}
	srv.RegisterOnShutdown(sync.OnceFunc(func() { close(a.quit) }))

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	broken := make(chan error)
	go func() {
		if err := srv.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			broken <- err
		}
	}()
	select {
	case err := <-broken:
		return err
	case <-signals:
	}
	a.shut.Store(true)
	time.Sleep(cfg.DrainDelay)
	ctx, cancel := context.WithTimeout(context.Background(), cfg.ShutdownTimeout)
	defer cancel()
	err = srv.Shutdown(ctx)
	a.sockets.Wait() // each ends soon after quit
	return err
}

func (a *app) routes() http.Handler {
	e := echo.New()
	e.Pre(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if a.shut.Load() {
				return c.NoContent(http.StatusServiceUnavailable)
			}
			return next(c)
		}
	})
	named := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if !isName(c.Param("room")) {
				return c.String(http.StatusBadRequest, "no such name for a room")
			}
			return next(c)
		}
	}
	e.GET("/rooms/:room", a.who, named)
	e.GET("/rooms/:room/ws", a.socket, named)
	e.GET("/rooms/:room/messages", a.past, named)
	e.POST("/rooms/:room/messages", a.post, named)
	e.GET("/rooms/:room/events", a.stream, named)
	return e
}
