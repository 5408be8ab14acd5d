// Package frameworks holds the same small server in Go's web frameworks: what the table of
// lesson 08 says of them is tested here, and their speed can be measured:
//
//	go test -bench . -benchtime 3s -count 5
//
// It is a module of its own, so that the course's does not depend on them.
package frameworks

import (
	"encoding/json"
	"net"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/gofiber/fiber/v3"
	echo4 "github.com/labstack/echo/v4"
	echo5 "github.com/labstack/echo/v5"
)

// A book is what GET /books/:id answers. Its id is the path's, as it came.
type book struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

func bookOf(id string) book { return book{ID: id, Title: "Go from zero"} }

// An app is the server in one framework: serve answers on l until stop is called.
type app struct {
	name  string
	start func(l net.Listener) (stop func() error)
}

var apps = []app{
	{"net/http", overHTTP(plain())},
	{"chi", overHTTP(withChi())},
	{"echo-v4", overHTTP(withEcho4())},
	{"echo-v5", overHTTP(withEcho5())},
	{"gin", overHTTP(withGin())},
	{"fiber-v3", startFiber},
}

// overHTTP serves what is an http.Handler, as all but fiber are.
func overHTTP(h http.Handler) func(net.Listener) func() error {
	return func(l net.Listener) func() error {
		s := &http.Server{Handler: h}
		go s.Serve(l)
		return s.Close
	}
}

func plain() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /books/{id}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(bookOf(r.PathValue("id")))
	})
	return mux
}

func withChi() http.Handler {
	r := chi.NewRouter()
	r.Get("/books/{id}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(bookOf(chi.URLParam(r, "id")))
	})
	return r
}

func withEcho4() http.Handler {
	e := echo4.New()
	e.GET("/books/:id", func(c echo4.Context) error { return c.JSON(http.StatusOK, bookOf(c.Param("id"))) })
	return e
}

func withEcho5() http.Handler {
	e := echo5.New()
	e.GET("/books/:id", func(c *echo5.Context) error { return c.JSON(http.StatusOK, bookOf(c.Param("id"))) })
	return e
}

func withGin() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET("/books/:id", func(c *gin.Context) { c.JSON(http.StatusOK, bookOf(c.Param("id"))) })
	return r
}

func startFiber(l net.Listener) func() error {
	a := fiber.New()
	a.Get("/books/:id", func(c fiber.Ctx) error { return c.JSON(bookOf(c.Params("id"))) })
	go a.Listener(l, fiber.ListenConfig{DisableStartupMessage: true})
	return a.Shutdown
}
