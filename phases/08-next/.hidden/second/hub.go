package main

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/gorilla/websocket"
	"github.com/labstack/echo/v5"
)

// news is what listeners are sent.
type news struct {
	Article *Article `json:"article,omitempty"`
	Type    string   `json:"type"`
	ID      int      `json:"id"`
}

// hub is one goroutine that owns the list of listeners; all others talk to it by channels.
type hub struct {
	origins []string
	size    int
	enter   chan *peer
	exit    chan *peer
	tell    chan news
	stop    chan chan struct{}
}

type peer struct {
	inbox chan news
	conn  *websocket.Conn
	ready chan struct{} // closed when conn is set
	ended chan struct{}
}

func startHub(cfg Config) *hub {
	h := &hub{origins: cfg.CORSOrigins, size: cfg.FeedBuffer, enter: make(chan *peer), exit: make(chan *peer),
		tell: make(chan news), stop: make(chan chan struct{})}
	go h.run()
	return h
}

func (h *hub) run() {
	peers := map[*peer]bool{}
	for {
		select {
		case p := <-h.enter:
			peers[p] = true
		case p := <-h.exit:
			delete(peers, p)
		case n := <-h.tell:
			for p := range peers {
				if len(p.inbox) == cap(p.inbox) {
					delete(peers, p)
					go p.cut()
					continue
				}
				p.inbox <- n
			}
		case done := <-h.stop:
			for p := range peers {
				close(p.inbox)
			}
			go func() {
				for p := range peers {
					<-p.ended
				}
				close(done)
			}()
			for { // whoever comes or goes now is not waited for
				select {
				case p := <-h.enter:
					close(p.inbox)
				case <-h.exit:
				case <-h.tell:
				}
			}
		}
	}
}

// cut ends a peer that is too slow.
func (p *peer) cut() {
	<-p.ready
	if p.conn != nil {
		p.conn.NetConn().Close()
	}
}

// shutdown says goodbye to all peers.
func (h *hub) shutdown(limit time.Duration) {
	done := make(chan struct{})
	h.stop <- done
	select {
	case <-done:
	case <-time.After(limit):
	}
}

func (h *hub) listen(c *echo.Context) error {
	up := websocket.Upgrader{CheckOrigin: func(r *http.Request) bool {
		from := r.Header.Get("Origin")
		return from == "" || slices.Contains(h.origins, from)
	}}
	p := &peer{inbox: make(chan news, h.size), ready: make(chan struct{}), ended: make(chan struct{})}
	h.enter <- p
	conn, err := up.Upgrade(c.Response(), c.Request(), nil)
	p.conn = conn
	close(p.ready)
	if err != nil { // Upgrade has answered
		close(p.ended)
		h.exit <- p
		return nil
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		for {
			if _, _, err := conn.ReadMessage(); err != nil {
				return
			}
		}
	}()
	p.write(ctx)
	conn.Close()
	close(p.ended)
	h.exit <- p
	return nil
}

func (p *peer) write(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case n, open := <-p.inbox:
			p.conn.SetWriteDeadline(time.Now().Add(10 * time.Second))
			if !open {
				p.conn.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(1001, ""))
				return
			}
			if p.conn.WriteJSON(n) != nil {
				return
			}
		}
	}
}
