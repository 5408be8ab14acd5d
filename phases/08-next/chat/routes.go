package main

import "github.com/labstack/echo/v4"

// newApp makes the app.
// TODO chat.6: once stopping is closed, every request is answered with 503.
func newApp(cfg Config, hub *hub, stopping <-chan struct{}) *echo.Echo {
	h := &handler{cfg: cfg, hub: hub}
	e := echo.New()
	e.HideBanner = true
	g := e.Group("/rooms/:room")
	g.GET("", h.members)
	g.GET("/ws", h.join)
	g.GET("/messages", h.messages)
	g.POST("/messages", h.say)
	g.GET("/events", h.events)
	return e
}
