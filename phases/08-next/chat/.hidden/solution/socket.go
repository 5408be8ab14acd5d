package main

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/gorilla/websocket"
)

// writeWait is how long a client may take to read one message.
const writeWait = 5 * time.Second

var errNameless = errors.New("who has no name only listens")

// talk keeps one WebSocket until it ends. This goroutine is the only one that writes
// messages; another one reads.
func (h *hub) talk(l *listener, conn *websocket.Conn, after int64) {
	defer h.leave(l)
	defer conn.Close()
	stop := context.AfterFunc(l.dropped, func() { conn.Close() }) // ends a write that waits for the client
	defer stop()
	write := func(f frame) error {
		conn.SetWriteDeadline(time.Now().Add(writeWait))
		return conn.WriteMessage(websocket.TextMessage, f.data)
	}
	rest, err := l.room.admit(l.dropped, l, after, write)
	if err != nil {
		return
	}
	for _, m := range rest {
		if write(m.frame()) != nil {
			return
		}
	}
	read := make(chan struct{})
	go func() {
		defer close(read)
		h.read(l, conn)
	}()
	if h.pump(l, conn, write) { // all are told to go: the client may answer
		select {
		case <-read:
		case <-time.After(time.Second):
		}
	}
	conn.Close()
	<-read // what it was about to store is stored
}

// pump writes what the room tells, and reports whether the program is stopping.
func (h *hub) pump(l *listener, conn *websocket.Conn, write func(frame) error) bool {
	ping := time.NewTicker(h.pingInterval)
	defer ping.Stop()
	for {
		select {
		case f := <-l.events:
			if write(f) != nil {
				return false
			}
		case <-ping.C:
			if conn.WriteControl(websocket.PingMessage, nil, time.Now().Add(writeWait)) != nil {
				return false
			}
		case <-l.dropped.Done():
			return false
		case <-h.stopping:
			for len(l.events) > 0 { // what was told before
				if write(<-l.events) != nil {
					return false
				}
			}
			refuse(conn, websocket.CloseGoingAway, "the program is stopping")
			return true
		}
	}
}

// read takes what the client says, and notices its end.
func (h *hub) read(l *listener, conn *websocket.Conn) {
	defer l.drop()
	conn.SetReadLimit(h.maxMessage)
	alive := func(string) error { return conn.SetReadDeadline(time.Now().Add(2 * h.pingInterval)) }
	alive("")
	conn.SetPongHandler(alive)
	for {
		kind, data, err := conn.ReadMessage()
		switch {
		case errors.Is(err, websocket.ErrReadLimit): // the package has sent 1009
			linger(conn)
			return
		case err != nil:
			return
		case kind != websocket.TextMessage:
			refuse(conn, websocket.CloseUnsupportedData, "text only")
			linger(conn)
			return
		}
		if err := l.hear(data); err != nil {
			l.offer(complaint(err))
		}
	}
}

// hear passes on what a client said.
func (l *listener) hear(data []byte) error {
	if l.name == "" {
		return errNameless
	}
	s, err := parseSaid(data)
	if err != nil {
		return err
	}
	// Not with l.dropped: what is about to be stored is, though its sender leaves.
	if _, err = l.room.say(context.Background(), l.name, s.Text); err != nil {
		return errors.New("it could not be stored")
	}
	return nil
}

// refuse sends a close frame.
func refuse(conn *websocket.Conn, code int, reason string) {
	conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason), time.Now().Add(time.Second))
}

// linger reads on for a moment. A connection that is closed with bytes unread is
// reset, and then the close frame may never be seen.
func linger(conn *websocket.Conn) {
	conn.NetConn().SetReadDeadline(time.Now().Add(time.Second))
	io.CopyN(io.Discard, conn.NetConn(), 1<<20)
}
