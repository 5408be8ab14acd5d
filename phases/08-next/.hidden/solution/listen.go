package main

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v4"
)

// Times and sizes of a WebSocket.
const (
	writeWait  = 5 * time.Second  // for one message
	pongWait   = 60 * time.Second // without a sign of life
	pingEvery  = 50 * time.Second // less than pongWait
	maxMessage = 512              // bytes; listeners have nothing to say
)

// listen answers GET /api/v1/feed. Browsers send cookies and open WebSockets to any
// address, and CORS does not stop them: the program must look at the Origin itself.
func (f *feed) listen(origins []string) echo.HandlerFunc {
	upgrader := websocket.Upgrader{
		CheckOrigin: func(*http.Request) bool { return true }, // done below, where an error becomes a problem
		Error:       func(http.ResponseWriter, *http.Request, int, error) {},
	}
	return func(c echo.Context) error {
		origin := c.Request().Header.Get(echo.HeaderOrigin)
		if origin != "" && !slices.Contains(origins, origin) {
			return echo.NewHTTPError(http.StatusForbidden, "the feed is not open to pages of this origin")
		}
		if !c.IsWebSocket() {
			c.Response().Header().Set(echo.HeaderUpgrade, "websocket")
			return echo.NewHTTPError(http.StatusUpgradeRequired, "the feed is a WebSocket")
		}
		l := f.join() // before the answer: what happens from then on is heard
		if l == nil {
			return echo.NewHTTPError(http.StatusServiceUnavailable, "the program is stopping")
		}
		conn, err := upgrader.Upgrade(c.Response(), c.Request(), nil)
		if err != nil {
			f.leave(l)
			return echo.NewHTTPError(http.StatusBadRequest, err.Error())
		}
		c.Response().Status = http.StatusSwitchingProtocols // for the log: Upgrade went around Echo
		go f.serve(l, conn)
		return nil // an error would be written into the WebSocket
	}
}

// serve keeps one WebSocket until it ends: this goroutine is the only one that writes
// messages, another reads, so that a close or a pong of the client is seen.
func (f *feed) serve(l *listener, conn *websocket.Conn) {
	defer f.leave(l)
	stop := context.AfterFunc(l.dropped, func() { conn.Close() }) // ends a write that waits for the client
	defer stop()
	defer conn.Close()
	go l.read(conn)
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		select {
		case data, ok := <-l.events:
			if !ok {
				goodbye := websocket.FormatCloseMessage(websocket.CloseGoingAway, "the program is stopping")
				conn.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(writeWait))
				return
			}
			conn.SetWriteDeadline(time.Now().Add(writeWait))
			if conn.WriteMessage(websocket.TextMessage, data) != nil {
				return
			}
		case <-ping.C:
			if conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait)) != nil {
				return
			}
		case <-l.dropped.Done():
			return
		}
	}
}

// read throws away what the client says, and notices its end.
func (l *listener) read(conn *websocket.Conn) {
	defer l.drop()
	conn.SetReadLimit(maxMessage)
	alive := func(string) error { return conn.SetReadDeadline(time.Now().Add(pongWait)) }
	alive("")
	conn.SetPongHandler(alive)
	for {
		if _, _, err := conn.NextReader(); err != nil {
			return
		}
	}
}
