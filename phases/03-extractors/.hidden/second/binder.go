package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// strictBinder makes c.Bind read one JSON object.
type strictBinder struct{}

// Bind checks the keys itself. What the server decides (ignored) a client may send,
// without effect.
func (strictBinder) Bind(dst any, c echo.Context) error {
	kind, _, _ := strings.Cut(c.Request().Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(kind), "application/json") {
		return problem(http.StatusUnsupportedMediaType, "%q is not application/json", kind)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(c.Request().Body); err != nil {
		if big := new(http.MaxBytesError); errors.As(err, &big) {
			return problem(http.StatusRequestEntityTooLarge, "more than %d bytes", big.Limit)
		}
		return problem(http.StatusBadRequest, "the body broke off")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text.Bytes(), &members); err != nil || members == nil {
		return problem(http.StatusBadRequest, "the body is not one JSON object")
	}
	for key := range members {
		if slices.Contains(ignored, key) {
			delete(members, key)
		} else if !knows(dst, key) {
			return problem(http.StatusBadRequest, "there is no field %q", key)
		}
	}
	rest, err := json.Marshal(members)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(rest, dst); err != nil {
		return problem(http.StatusBadRequest, "a field has the wrong type")
	}
	return nil
}

var ignored = []string{"id", "created_at"}

// knows reports whether the struct that dst points to has a field with this JSON name.
func knows(dst any, key string) bool {
	for field := range reflect.TypeOf(dst).Elem().Fields() {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name == key {
			return true
		}
	}
	return false
}

// Handle binds, works and answers; what went wrong inside is logged, not sent.
func Handle[In, Out any](work func(context.Context, In) (Out, error)) echo.HandlerFunc {
	return func(c echo.Context) error {
		in := new(In)
		if err := c.Bind(in); err != nil {
			return err
		}
		out, err := work(c.Request().Context(), *in)
		var known *echo.HTTPError
		switch {
		case errors.As(err, &known):
			return known
		case err != nil:
			log.Println(err)
			return echo.ErrInternalServerError
		}
		return c.JSONPretty(http.StatusOK, out, "\t")
	}
}

func problem(status int, format string, args ...any) *echo.HTTPError {
	return echo.NewHTTPError(status, echo.Map{"error": fmt.Sprintf(format, args...), "status": status})
}
