package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
)

// events tells what is said in a room as server-sent events.
func (h *handler) events(c echo.Context) error {
	room, err := roomOf(c)
	if err != nil {
		return err
	}
	after := int64(noHistory)
	if text := c.Request().Header.Get("Last-Event-ID"); text != "" {
		if after, err = strconv.ParseInt(text, 10, 64); err != nil || after < 0 {
			return echo.NewHTTPError(http.StatusBadRequest, "Last-Event-ID must be the id of a message")
		}
	}
	l, err := h.hub.join(room, "")
	if err != nil {
		return refusal(err)
	}
	defer h.hub.leave(l)

	res := c.Response()
	res.Header().Set(echo.HeaderContentType, "text/event-stream")
	res.Header().Set(echo.HeaderCacheControl, "no-store")
	res.WriteHeader(http.StatusOK)
	s := &stream{res: res, control: http.NewResponseController(res)}
	stop := context.AfterFunc(l.dropped, func() { s.control.SetWriteDeadline(time.Now()) }) // ends a write that waits
	defer stop()
	rest, err := l.room.admit(c.Request().Context(), l, after, s.write)
	for i := 0; err == nil && i < len(rest); i++ {
		err = s.write(rest[i].frame())
	}
	if err == nil {
		err = s.control.Flush() // the header, if nothing came before: the client is heard from now on
	}
	if err == nil {
		h.hub.stream(c.Request().Context(), l, s)
	}
	return nil // the answer has begun: an error can no longer be told
}

// stream writes what the room tells until somebody ends it.
func (h *hub) stream(ctx context.Context, l *listener, s *stream) {
	beat := time.NewTicker(h.pingInterval)
	defer beat.Stop()
	for {
		var err error
		select {
		case f := <-l.events:
			err = s.write(f)
		case <-beat.C:
			err = s.send(": still here\n\n")
		case <-ctx.Done():
			return
		case <-l.dropped.Done():
			return
		case <-h.stopping:
			for len(l.events) > 0 && err == nil { // what was told before
				err = s.write(<-l.events)
			}
			return
		}
		if err != nil {
			return
		}
	}
}

// stream is an answer that goes on.
type stream struct {
	res     *echo.Response
	control *http.ResponseController
}

// write sends a message as an event. What is no message is not told.
func (s *stream) write(f frame) error {
	if f.id == 0 {
		return nil
	}
	return s.send(fmt.Sprintf("id: %d\ndata: %s\n\n", f.id, f.data)) // JSON has no line breaks of its own
}

// send writes text, and sends it on its way at once.
func (s *stream) send(text string) error {
	if _, err := s.res.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
