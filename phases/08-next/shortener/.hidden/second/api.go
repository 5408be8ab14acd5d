package main

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

type api struct {
	links library
	shelf *shelf
	tally *tally
	base  string
}

func (a *api) echo() *echo.Echo {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		refusal, ok := err.(*echo.HTTPError)
		if !ok {
			refusal = echo.NewHTTPError(http.StatusInternalServerError, "something went wrong")
		}
		if !c.Response().Committed {
			c.JSON(refusal.Code, map[string]any{"status": refusal.Code, "error": refusal.Message})
		}
	}
	g := e.Group("/links")
	g.POST("", a.shorten)
	g.GET("/:short", a.look)
	g.DELETE("/:short", a.drop)
	e.GET("/:short", func(c echo.Context) error {
		t, err := a.shelf.take(c.Request().Context(), c.Param("short"))
		switch {
		case err != nil:
			return err
		case t == nil:
			return echo.ErrNotFound
		case !t.ends.IsZero() && !time.Now().Before(t.ends):
			return echo.NewHTTPError(http.StatusGone, "too late")
		}
		a.tally.clicked <- t.mark
		c.Response().Header().Set("Location", t.long)
		return c.NoContent(http.StatusFound)
	})
	return e
}

func (a *api) shorten(c echo.Context) error {
	want, err := readWish(c)
	if err != nil {
		return err
	}
	t := target{short: want.Code, mark: draw(20), long: want.URL, ends: want.ends}
	free := false
	for tries := 0; !free; tries++ {
		if want.Code == "" {
			t.short = draw(7)
		}
		if free, err = a.links.add(c.Request().Context(), t); err != nil {
			return err
		}
		if !free && (want.Code != "" || tries == 20) {
			return echo.NewHTTPError(http.StatusConflict, "somebody has this code")
		}
	}
	a.shelf.changed(t.short)
	c.Response().Header().Set("Location", "/links/"+t.short)
	return c.JSON(http.StatusCreated, a.shown(&t, 0))
}

func (a *api) look(c echo.Context) error {
	t, err := a.links.find(c.Request().Context(), c.Param("short"))
	if err != nil {
		return err
	}
	if t == nil {
		return echo.ErrNotFound
	}
	n, err := a.tally.of(c.Request().Context(), t.mark)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, a.shown(t, n))
}

func (a *api) drop(c echo.Context) error {
	was, err := a.links.drop(c.Request().Context(), c.Param("short"))
	if err != nil {
		return err
	}
	if !was {
		return echo.ErrNotFound
	}
	a.shelf.changed(c.Param("short"))
	return c.NoContent(http.StatusNoContent)
}

func (a *api) shown(t *target, clicks int) map[string]any {
	m := map[string]any{"url": t.long, "clicks": clicks, "code": t.short, "short": a.base + "/" + t.short, "expires_at": nil}
	if !t.ends.IsZero() {
		m["expires_at"] = t.ends.Format(time.RFC3339Nano)
	}
	return m
}

func draw(n int) string {
	var b strings.Builder
	for range n {
		i, err := rand.Int(rand.Reader, big.NewInt(int64(len(letters))))
		if err != nil {
			panic(err) // never: rand.Reader does not fail
		}
		b.WriteByte(letters[i.Int64()])
	}
	return b.String()
}

// bad says what is wrong with an address, or nothing.
func bad(address string) string {
	if n := len(address); n == 0 || n > 2048 {
		return "1 to 2048 bytes, please"
	}
	u, err := url.Parse(address)
	if err != nil {
		return "cannot be read"
	}
	if u.Hostname() == "" || u.User != nil {
		return "a host, and no user"
	}
	if s := strings.ToLower(u.Scheme); s != "http" && s != "https" {
		return fmt.Sprintf("not with %q", s)
	}
	return ""
}
