package main

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"
)

func (a *app) socket(c echo.Context) error {
	name := c.QueryParam("name")
	if name != "" && !isName(name) {
		return c.String(http.StatusBadRequest, "name")
	}
	after, ok := whole(c, "after", -1)
	if !ok {
		return c.String(http.StatusBadRequest, "after")
	}
	up := websocket.Upgrader{CheckOrigin: func(r *http.Request) bool {
		from := r.Header.Values("Origin")
		return len(from) == 0 || slices.Contains(a.cfg.Origins, from[0])
	}}
	r := a.room(c)
	if !r.claim(name) {
		return c.String(http.StatusConflict, "somebody else is "+name)
	}
	a.sockets.Add(1)
	defer a.sockets.Done()
	conn, err := up.Upgrade(c.Response(), c.Request(), nil)
	if err != nil { // it is answered
		r.unclaim(name)
		return nil
	}
	e := newEar(a.cfg.Buffer)
	r.enter(e, name)
	defer r.exit(e, name)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		a.receive(conn, r, e, name)
	}()
	a.deliver(conn, r, e, after, ended)
	conn.Close()
	<-ended
	return nil
}

// deliver sends the past and then what is new, and skips what the past had already.
func (a *app) deliver(conn *websocket.Conn, r *room, e *ear, after int64, ended chan struct{}) {
	stuck := make(chan struct{})
	defer close(stuck)
	go func() { // a full queue ends a write that waits
		select {
		case <-e.full:
			conn.NetConn().Close()
		case <-stuck:
		}
	}()
	send := func(text []byte) bool {
		conn.SetWriteDeadline(time.Now().Add(4 * time.Second))
		return conn.WriteMessage(websocket.TextMessage, text) == nil
	}
	seen := int64(0)
	if after >= 0 {
		lines, err := a.archive.read(r.name, after, 1<<30)
		if err != nil {
			return
		}
		for _, l := range lines {
			if seen = l.ID; !send(toJSON(l)) {
				return
			}
		}
	}
	tick := time.NewTicker(a.cfg.PingInterval)
	defer tick.Stop()
	for {
		for i, ok := e.next(); ok; i, ok = e.next() {
			if (i.seq == 0 || i.seq > seen) && !send(i.text) {
				return
			}
		}
		select {
		case <-e.news:
		case <-tick.C:
			if conn.WriteControl(websocket.PingMessage, []byte("?"), time.Now().Add(2*time.Second)) != nil {
				return
			}
		case <-ended:
			return
		case <-a.quit:
			conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1001, ""), time.Now().Add(2*time.Second))
			return
		}
	}
}

func (a *app) receive(conn *websocket.Conn, r *room, e *ear, name string) {
	conn.SetReadLimit(a.cfg.MaxMessage)
	longer := func() { conn.SetReadDeadline(time.Now().Add(2 * a.cfg.PingInterval)) }
	longer()
	conn.SetPongHandler(func(string) error { longer(); return nil })
	for {
		kind, data, err := conn.ReadMessage()
		if err != nil {
			return
		}
		if kind == websocket.BinaryMessage {
			conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(1003, ""), time.Now().Add(time.Second))
			return
		}
		_, text, err := spoken(data)
		if err == nil && name == "" {
			err = fmt.Errorf("say who you are: ?name=")
		}
		if err == nil {
			_, err = r.speak(name, text)
		}
		if err != nil {
			e.put(item{text: toJSON(map[string]any{"type": "error", "detail": err.Error()})})
		}
	}
}

// stream is for those who have no WebSocket.
func (a *app) stream(c echo.Context) error {
	after := int64(-1)
	if text := c.Request().Header.Get("Last-Event-ID"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return c.NoContent(http.StatusBadRequest)
		}
		after = n
	}
	r := a.room(c)
	e := newEar(a.cfg.Buffer)
	r.enter(e, "")
	defer r.exit(e, "")
	c.Response().Header().Set("Content-Type", "text/event-stream; charset=utf-8")
	c.Response().WriteHeader(http.StatusOK)
	control := http.NewResponseController(c.Response().Writer)
	send := func(seq int64, text []byte) bool {
		control.SetWriteDeadline(time.Now().Add(4 * time.Second))
		if seq == 0 {
			fmt.Fprint(c.Response(), ":\n\n")
		} else {
			fmt.Fprintf(c.Response(), "data: %s\nid: %d\n\n", text, seq)
		}
		return control.Flush() == nil
	}
	send(0, nil)
	seen := int64(0)
	if after >= 0 {
		lines, err := a.archive.read(r.name, after, 1<<30)
		if err != nil {
			return nil
		}
		for _, l := range lines {
			if seen = l.ID; !send(l.ID, toJSON(l)) {
				return nil
			}
		}
	}
	tick := time.NewTicker(a.cfg.PingInterval)
	defer tick.Stop()
	for {
		for i, ok := e.next(); ok; i, ok = e.next() {
			if i.seq > seen && !send(i.seq, i.text) {
				return nil
			}
		}
		select {
		case <-e.news:
		case <-tick.C:
			if !send(0, nil) {
				return nil
			}
		case <-e.full:
			return nil
		case <-a.quit:
			return nil
		case <-c.Request().Context().Done():
			return nil
		}
	}
}
