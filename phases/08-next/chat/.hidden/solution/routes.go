package main

import (
	"github.com/labstack/echo/v4"
)

// newApp makes the app. It turns everybody away once stopping is closed.
func newApp(cfg Config, hub *hub, stopping <-chan struct{}) *echo.Echo {
	h := &handler{hub: hub, origins: cfg.Origins}
	e := echo.New()
	e.HideBanner = true
	e.Use(turnAway(stopping))
	g := e.Group("/rooms/:room")
	g.GET("", h.members)
	g.GET("/ws", h.join)
	g.GET("/messages", h.messages)
	g.POST("/messages", h.say)
	g.GET("/events", h.events)
	return e
}
