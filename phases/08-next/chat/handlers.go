package main

import "github.com/labstack/echo/v4"

// handler answers what is below /rooms.
type handler struct {
	cfg Config
	hub *hub
}

// join opens a WebSocket.
// TODO chat.1: upgrade; who joins is told to the room, and hears it.
// TODO chat.2: refuse what is no name, and a name that is taken.
// TODO chat.3: refuse other origins; answer or close what makes no sense.
// TODO chat.4: ?after= asks for what was said since.
// TODO chat.5: pings, and an end for who does not answer or read.
func (h *handler) join(c echo.Context) error { return echo.ErrNotImplemented }

// members answers who is in the room.
// TODO chat.2: their names, sorted.
func (h *handler) members(c echo.Context) error { return echo.ErrNotImplemented }

// messages answers what was said.
// TODO chat.4: those after an id, at most limit.
func (h *handler) messages(c echo.Context) error { return echo.ErrNotImplemented }

// say is for those who have no WebSocket.
// TODO chat.4: store it, tell it, answer it.
func (h *handler) say(c echo.Context) error { return echo.ErrNotImplemented }

// events tells what is said in a room as server-sent events.
// TODO chat.7: behind Last-Event-ID, and then what comes.
func (h *handler) events(c echo.Context) error { return echo.ErrNotImplemented }
