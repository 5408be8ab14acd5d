// Example is a small right program for the suites of docs/suites.md and of the tests:
// net/http only, a list of articles, and a few paths that show one thing each.
package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"mime"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type article struct {
	ID    int      `json:"id"`
	Title string   `json:"title"`
	Body  string   `json:"body"`
	Tags  []string `json:"tags"`
}

type app struct {
	mu       sync.Mutex
	articles map[int]article
	order    []int
	served   int
	seat     bool
	visits   int
	running  atomic.Int32 // requests to /slow
	jobDone  time.Time
	log      *slog.Logger
}

// version is what a release was built with.
var version = "dev"

func main() {
	if len(os.Args) == 2 && os.Args[1] == "-check" {
		os.Exit(check())
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "example:", err)
		os.Exit(1)
	}
}

// check asks the program that runs at HOST and PORT, and is the exit status that tells.
func check() int {
	res, err := http.Get("http://" + net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT")) + "/")
	if err != nil {
		fmt.Fprintln(os.Stderr, "example:", err)
		return 1
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 1
	}
	return 0
}

func run() error {
	port := os.Getenv("PORT")
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return fmt.Errorf("PORT is %q, want a number from 1 to 65535", port)
	}
	a := &app{articles: map[int]article{}, log: slog.New(slog.NewJSONHandler(os.Stdout, nil))}
	var seed []article
	if s := os.Getenv("SEED"); s != "" {
		if err := json.Unmarshal([]byte(s), &seed); err != nil {
			return fmt.Errorf("SEED: %w", err)
		}
	}
	for _, x := range seed {
		a.articles[x.ID], a.order = x, append(a.order, x.ID)
	}
	headers, _ := time.ParseDuration(os.Getenv("READ_HEADER_TIMEOUT"))
	srv := &http.Server{Handler: a, ReadHeaderTimeout: headers, Protocols: protocols()}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	l, err := net.Listen("tcp", net.JoinHostPort(os.Getenv("HOST"), port))
	if err != nil {
		return err
	}
	stopped := make(chan error)
	context.AfterFunc(ctx, func() { stopped <- srv.Shutdown(context.Background()) })
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	a.log.Info("stopped")
	return <-stopped
}

// ServeHTTP logs each request. It looks at the request's target as it was sent.
func (a *app) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rec := &recorder{ResponseWriter: w, status: http.StatusOK}
	id := rand.Text()
	w.Header().Set("X-Request-Id", id)
	defer func() {
		a.log.Info("request", "method", r.Method, "path", r.URL.Path, "status", rec.status, "request_id", id)
	}()
	path, _, _ := strings.Cut(r.RequestURI, "?")
	switch id, isArticle := strings.CutPrefix(path, "/api/v1/articles/"); {
	case strings.Contains(path, "echo"):
		a.echo(rec, r)
	case isArticle:
		a.one(rec, r, id)
	case path == "/api/v1/articles":
		a.all(rec, r)
	case strings.HasPrefix(path, "/docs/"):
		docs(rec, path)
	default:
		a.small(rec, r, path)
	}
}

func (a *app) small(w http.ResponseWriter, r *http.Request, path string) {
	switch path {
	case "/":
		greet(w, r)
	case "/version":
		fmt.Fprint(w, version)
	case "/old":
		http.Redirect(w, r, "/", http.StatusMovedPermanently)
	case "/slow":
		d, err := time.ParseDuration(os.Getenv("SLOW"))
		if err != nil {
			d = 50 * time.Millisecond
		}
		a.running.Add(1)
		defer a.running.Add(-1)
		select {
		case <-time.After(d):
		case <-r.Context().Done():
			a.log.Info("the client is gone")
			return
		}
		a.mu.Lock()
		a.served++
		n := a.served
		a.mu.Unlock()
		answer(w, 200, map[string]int{"served": n})
	case "/seat":
		a.mu.Lock()
		taken := a.seat
		a.seat = true
		a.mu.Unlock()
		if taken {
			answer(w, 409, map[string]string{"message": "the seat is taken"})
			return
		}
		answer(w, 201, map[string]bool{"yours": true})
	case "/panic":
		panic("a planted panic")
	case "/crash":
		os.Exit(3)
	case "/visits":
		a.visit(w)
	case "/running":
		answer(w, 200, map[string]int32{"running": a.running.Load()})
	case "/job":
		a.job(w, r)
	case "/fetch":
		fetch(w, r)
	default:
		answer(w, 404, map[string]string{"message": "Not Found"})
	}
}

// echo answers with what arrived.
func (a *app) echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	headers := maps.Clone(r.Header)
	headers["Host"] = []string{r.Host}
	answer(w, 200, map[string]any{"method": r.Method, "path": r.RequestURI, "headers": headers, "body": string(body)})
}

func (a *app) all(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch r.Method {
	case http.MethodGet:
		items := []article{}
		for _, id := range a.order {
			items = append(items, a.articles[id])
		}
		answer(w, 200, map[string]any{"items": items, "total": len(items)})
	case http.MethodPost:
		if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media != "application/json" {
			answer(w, 415, map[string]string{"message": "send application/json"})
			return
		}
		var x article
		if err := json.NewDecoder(r.Body).Decode(&x); err != nil {
			answer(w, 400, map[string]string{"message": err.Error()})
			return
		}
		if slices.ContainsFunc(a.order, func(id int) bool { return x.Title != "" && a.articles[id].Title == x.Title }) {
			answer(w, 409, map[string]string{"message": "the title is taken"})
			return
		}
		x.ID = 1
		if len(a.order) > 0 {
			x.ID = slices.Max(a.order) + 1
		}
		a.articles[x.ID], a.order = x, append(a.order, x.ID)
		w.Header().Set("Location", fmt.Sprintf("/api/v1/articles/%d", x.ID))
		answer(w, 201, x)
	default:
		w.Header().Set("Allow", "GET, POST")
		answer(w, 405, map[string]string{"message": "Method Not Allowed"})
	}
}

func (a *app) one(w http.ResponseWriter, r *http.Request, text string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id, err := strconv.Atoi(text)
	x, ok := a.articles[id]
	switch {
	case err != nil:
		answer(w, 400, map[string]string{"message": "the id is a number"})
	case !ok:
		answer(w, 404, map[string]string{"message": "no such article"})
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		w.Header().Set("ETag", fmt.Sprintf(`"%d"`, id))
		answer(w, 200, x)
	case r.Method == http.MethodPut || r.Method == http.MethodPatch:
		if err := json.NewDecoder(r.Body).Decode(&x); err != nil {
			answer(w, 400, map[string]string{"message": err.Error()})
			return
		}
		x.ID = id
		a.articles[id] = x
		answer(w, 200, x)
	case r.Method == http.MethodDelete:
		delete(a.articles, id)
		a.order = slices.DeleteFunc(a.order, func(n int) bool { return n == id })
		w.WriteHeader(http.StatusNoContent)
	default:
		w.Header().Set("Allow", "GET, HEAD, PUT, PATCH, DELETE")
		answer(w, 405, map[string]string{"message": "Method Not Allowed"})
	}
}

// docs serves the files below DOCS_DIR. No path leads out of an os.Root.
func docs(w http.ResponseWriter, path string) {
	root, err := os.OpenRoot(os.Getenv("DOCS_DIR"))
	if err == nil {
		defer root.Close()
		var data []byte
		if data, err = root.ReadFile(strings.TrimPrefix(path, "/docs/")); err == nil {
			w.Write(data)
			return
		}
	}
	answer(w, 404, map[string]string{"message": "no such document"})
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

type recorder struct {
	http.ResponseWriter
	status int
}

func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}
