package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"
)

// handler answers what is below /rooms.
type handler struct {
	hub     *hub
	origins []string // whose pages may open a WebSocket
}

// namePattern is what names of people and rooms look like.
var namePattern = regexp.MustCompile(`^[A-Za-z0-9_-]{1,32}$`)

// upgrader answers no error by itself, and looks at no Origin: join does.
var upgrader = websocket.Upgrader{
	CheckOrigin: func(*http.Request) bool { return true },
	Error:       func(http.ResponseWriter, *http.Request, int, error) {},
}

// turnAway is middleware that answers 503 once stopping is closed.
func turnAway(stopping <-chan struct{}) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			select {
			case <-stopping:
				return echo.NewHTTPError(http.StatusServiceUnavailable, errStopping.Error())
			default:
				return next(c)
			}
		}
	}
}

// members answers who is in the room.
func (h *handler) members(c echo.Context) error {
	room, err := roomOf(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string][]string{"members": h.hub.members(room)})
}

// join opens a WebSocket. All that can be refused is refused before the upgrade.
func (h *handler) join(c echo.Context) error {
	origin := c.Request().Header.Get(echo.HeaderOrigin)
	if origin != "" && !slices.Contains(h.origins, origin) {
		return echo.NewHTTPError(http.StatusForbidden, "the chat is not open to pages of this origin")
	}
	room, err := roomOf(c)
	if err != nil {
		return err
	}
	name := c.QueryParam("name")
	if name != "" && !namePattern.MatchString(name) {
		return echo.NewHTTPError(http.StatusBadRequest, "name must match "+namePattern.String())
	}
	after, err := number(c, "after", 0, noHistory, noHistory)
	if err != nil {
		return err
	}
	if !c.IsWebSocket() {
		return echo.NewHTTPError(http.StatusUpgradeRequired, "this is a WebSocket")
	}
	l, err := h.hub.join(room, name)
	if err != nil {
		return refusal(err)
	}
	conn, err := upgrader.Upgrade(c.Response(), c.Request(), nil)
	if err != nil {
		h.hub.leave(l)
		return echo.NewHTTPError(http.StatusBadRequest, err.Error())
	}
	go h.hub.talk(l, conn, after)
	return nil // an error would be written into the WebSocket
}

// messages answers what was said.
func (h *handler) messages(c echo.Context) error {
	room, err := roomOf(c)
	if err != nil {
		return err
	}
	after, err := number(c, "after", 0, noHistory, 0)
	if err != nil {
		return err
	}
	limit, err := number(c, "limit", 1, 200, 50)
	if err != nil {
		return err
	}
	found, err := h.hub.store.since(c.Request().Context(), room, after, int(limit))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string][]message{"messages": found})
}

// say is for those who have no WebSocket.
func (h *handler) say(c echo.Context) error {
	room, err := roomOf(c)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, h.hub.maxMessage))
	if err != nil {
		return echo.NewHTTPError(http.StatusRequestEntityTooLarge)
	}
	s, err := parseSaid(body)
	if err == nil && !namePattern.MatchString(s.From) {
		err = errors.New("from must match " + namePattern.String())
	}
	if err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, err.Error())
	}
	r := h.hub.enter(room)
	defer h.hub.exit(r)
	m, err := r.say(context.WithoutCancel(c.Request().Context()), s.From, s.Text)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, m)
}

// roomOf reads the name of the room.
func roomOf(c echo.Context) (string, error) {
	room := c.Param("room")
	if !namePattern.MatchString(room) {
		return "", echo.NewHTTPError(http.StatusBadRequest, "a room's name must match "+namePattern.String())
	}
	return room, nil
}

// number reads a whole number of the query, within bounds.
func number(c echo.Context, name string, least, most, otherwise int64) (int64, error) {
	text := c.QueryParam(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < least || n > most {
		return 0, echo.NewHTTPError(http.StatusBadRequest, name+" must be a whole number within bounds")
	}
	return n, nil
}

// refusal gives an error of the hub its status.
func refusal(err error) error {
	switch {
	case errors.Is(err, errTaken):
		return echo.NewHTTPError(http.StatusConflict, err.Error())
	case errors.Is(err, errStopping):
		return echo.NewHTTPError(http.StatusServiceUnavailable, err.Error())
	}
	return err
}
