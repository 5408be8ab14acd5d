package main

import (
	"encoding/json"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// event is what the feed tells. Its clients may say something too, which goes to all.
type event struct {
	Type string `json:"type"` // created, said
	ID   int64  `json:"id,omitempty"`
	Text string `json:"text,omitempty"`
}

const buffered = 256

// feed tells events to its clients, in one order. One that does not keep up is closed.
type feed struct {
	mu      sync.Mutex
	clients map[*client]bool
	writers sync.WaitGroup
	last    []byte
	told    int
}

type client struct {
	conn *websocket.Conn
	out  chan []byte
	code int // why it ends, once out is closed
}

func newFeed() *feed { return &feed{clients: map[*client]bool{}} }

func (f *feed) serve(w http.ResponseWriter, r *http.Request) {
	up := websocket.Upgrader{CheckOrigin: func(r *http.Request) bool {
		origin := r.Header.Get("Origin")
		return origin == "" || origin == os.Getenv("ORIGIN") || fault == "origins"
	}}
	conn, err := up.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	time.Sleep(20 * time.Millisecond) // a right program may take its time
	c := &client{conn: conn, out: make(chan []byte, buffered), code: websocket.CloseNormalClosure}
	f.mu.Lock()
	f.clients[c] = true
	f.writers.Add(1)
	f.mu.Unlock()
	go f.write(c)
	conn.SetReadLimit(1 << 16)
	for {
		_, text, err := conn.ReadMessage()
		if err != nil {
			break
		}
		if string(text) == "crash" {
			os.Exit(3)
		}
		f.tell(event{Type: "said", Text: string(text)})
	}
	f.mu.Lock()
	f.drop(c, websocket.CloseNormalClosure)
	f.mu.Unlock()
}

// write is the only one that writes to the client.
func (f *feed) write(c *client) {
	defer f.writers.Done()
	defer c.conn.Close()
	for text := range c.out {
		if fault != "blocks" {
			c.conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
		}
		if c.conn.WriteMessage(websocket.TextMessage, text) != nil {
			break
		}
	}
	if fault == "abrupt" {
		return
	}
	c.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(c.code, ""), time.Now().Add(time.Second))
}

// tell never waits for a client. With FAULT=blocks it waits for the slowest, with
// FAULT=swaps it tells two in the other order, with FAULT=loses one in ten is lost.
func (f *feed) tell(e event) {
	text, _ := json.Marshal(e)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.told++
	switch {
	case fault == "loses" && f.told%10 == 0:
		return
	case fault == "swaps" && f.told%10 == 4:
		f.last = text
		return
	case fault == "words":
		text = []byte("something happened")
	}
	f.send(text)
	if f.last != nil {
		f.send(f.last)
		f.last = nil
	}
}

func (f *feed) send(text []byte) {
	for c := range f.clients {
		if fault == "blocks" {
			c.out <- text
			continue
		}
		select {
		case c.out <- text:
		default:
			f.drop(c, websocket.ClosePolicyViolation)
		}
	}
}

// drop ends a client; f.mu is held.
func (f *feed) drop(c *client, code int) {
	if f.clients[c] {
		delete(f.clients, c)
		c.code = code
		close(c.out)
		if code == websocket.ClosePolicyViolation {
			c.conn.SetWriteDeadline(time.Now()) // what it does not read is not waited for
			c.conn.NetConn().Close()
		}
	}
}

// close says goodbye to all.
func (f *feed) close() {
	f.mu.Lock()
	for c := range f.clients {
		f.drop(c, websocket.CloseGoingAway)
	}
	f.mu.Unlock()
	f.writers.Wait()
}
