package main

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"time"

	"github.com/labstack/echo/v4"
)

var codePattern = regexp.MustCompile(`\A[-\w]{3,32}\z`)

// wish is what a client wants to have shortened.
type wish struct {
	URL, Code, TTL string
	ends           time.Time
}

func refuse(status int, text string) error { return echo.NewHTTPError(status, text) }

func readWish(c echo.Context) (wish, error) {
	var w wish
	if t, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); t != "application/json" {
		return w, refuse(http.StatusUnsupportedMediaType, "JSON, please")
	}
	data, err := io.ReadAll(io.LimitReader(c.Request().Body, 1<<20+1))
	if err != nil {
		return w, refuse(http.StatusBadRequest, "the body breaks off")
	}
	if len(data) > 1<<20 {
		return w, refuse(http.StatusRequestEntityTooLarge, "less, please")
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil || fields == nil {
		return w, refuse(http.StatusBadRequest, "one JSON object, please")
	}
	for key, value := range fields {
		into := map[string]*string{"url": &w.URL, "code": &w.Code, "ttl": &w.TTL}[key]
		if into == nil || json.Unmarshal(value, into) != nil {
			return w, refuse(http.StatusBadRequest, "not this: "+key)
		}
	}
	return w, w.check()
}

func (w *wish) check() error {
	if why := bad(w.URL); why != "" {
		return refuse(http.StatusUnprocessableEntity, "url: "+why)
	}
	if w.Code != "" && (!codePattern.MatchString(w.Code) || slices.Contains([]string{"debug", "links"}, w.Code)) {
		return refuse(http.StatusUnprocessableEntity, "not this code")
	}
	if w.TTL != "" {
		d, err := time.ParseDuration(w.TTL)
		if err != nil || d <= 0 {
			return refuse(http.StatusUnprocessableEntity, "ttl: how long?")
		}
		w.ends = time.Now().UTC().Add(d)
	}
	return nil
}
