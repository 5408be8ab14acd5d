package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

const idHeader = "X-Request-Id"

// tagged is plain net/http: it knows nothing of Echo.
func tagged(next http.Handler) http.Handler {
	odd := func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := r.Header.Get(idHeader)
		if id == "" || len(id) > 64 || strings.ContainsFunc(id, odd) {
			id = hex.EncodeToString(binaryID())
		}
		w.Header().Set(idHeader, id)
		next.ServeHTTP(w, r)
	})
}

func binaryID() []byte {
	id := make([]byte, 16)
	for i := range id {
		id[i] = byte(rand.Uint32())
	}
	return id
}

func strict(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		next.ServeHTTP(w, r)
	})
}

// accessLog writes to standard error, and leaves standard output alone.
func accessLog() echo.MiddlewareFunc {
	out := json.NewEncoder(os.Stderr)
	lines := make(chan map[string]any, 100)
	go func() {
		for line := range lines {
			out.Encode(line)
		}
	}()
	return middleware.RequestLoggerWithConfig(middleware.RequestLoggerConfig{
		HandleError: true, LogStatus: true, LogMethod: true, LogLatency: true, LogRoutePath: true, LogResponseSize: true,
		LogValuesFunc: func(c echo.Context, v middleware.RequestLoggerValues) error {
			lines <- map[string]any{
				"msg": "request", "method": v.Method, "route": v.RoutePath, "status": v.Status,
				"latency_ms": v.Latency / time.Millisecond, "bytes": v.ResponseSize,
				"request_id": c.Response().Header().Get(idHeader),
			}
			return nil
		},
	})
}

// squeeze holds a whole answer back, and compresses it if that is worth it.
func squeeze(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if !strings.Contains(c.Request().Header.Get("Accept-Encoding"), "gzip") {
			return next(c)
		}
		res := c.Response()
		held := &holder{ResponseWriter: res.Writer}
		res.Writer = held
		err := next(c)
		if err != nil {
			c.Error(err)
		}
		res.Writer = held.ResponseWriter
		return held.release()
	}
}

type holder struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *holder) WriteHeader(status int)         { h.status = status }
func (h *holder) Write(data []byte) (int, error) { return h.body.Write(data) }

func (h *holder) release() error {
	if h.status == 0 {
		return nil
	}
	if h.body.Len() < 1<<10 {
		h.ResponseWriter.WriteHeader(h.status)
		_, err := h.body.WriteTo(h.ResponseWriter)
		return err
	}
	h.Header().Set("Content-Encoding", "gzip")
	h.Header().Add("Vary", "Accept-Encoding")
	h.ResponseWriter.WriteHeader(h.status)
	w := gzip.NewWriter(h.ResponseWriter)
	if _, err := h.body.WriteTo(w); err != nil {
		return err
	}
	return w.Close()
}

// crossOrigin is CORS by hand.
func crossOrigin(origins []string) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			ask, say := c.Request().Header, c.Response().Header()
			say.Add("Vary", "Origin")
			listed := slices.Contains(origins, ask.Get("Origin"))
			if listed {
				say.Set("Access-Control-Allow-Origin", ask.Get("Origin"))
				say.Set("Access-Control-Expose-Headers", "X-Request-ID, Location, ETag")
			}
			if c.Request().Method != http.MethodOptions || ask.Get("Access-Control-Request-Method") == "" {
				return next(c)
			}
			if listed {
				say.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE")
				say.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match, If-None-Match")
			}
			return c.NoContent(http.StatusOK)
		}
	}
}

// writersOnly asks whoever wants to change something for a key. It compares digests,
// which have one length and tell nothing of what they were made from.
func writersOnly(keys *[]string) echo.MiddlewareFunc {
	digests := map[[sha256.Size]byte]bool{}
	if keys != nil {
		for _, key := range *keys {
			digests[sha256.Sum256([]byte(key))] = true
		}
	}
	return middleware.KeyAuthWithConfig(middleware.KeyAuthConfig{
		Skipper: func(c echo.Context) bool {
			return keys == nil || !slices.Contains([]string{"POST", "PUT", "DELETE"}, c.Request().Method)
		},
		Validator: func(key string, _ echo.Context) (bool, error) {
			return digests[sha256.Sum256([]byte(key))], nil
		},
		ErrorHandler: func(_ error, c echo.Context) error {
			c.Response().Header().Set("WWW-Authenticate", "Bearer")
			return c.JSON(http.StatusUnauthorized, map[string]string{"error": "who are you?"})
		},
	})
}
