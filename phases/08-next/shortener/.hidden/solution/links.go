package main

import (
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"
)

// codeLength of a drawn code: 10 letters of 32 are 50 bits.
const codeLength = 10

// maxDraws is how often a code is drawn before something else must be wrong.
const maxDraws = 10

// answer is a link as clients see it.
type answer struct {
	Code      string     `json:"code"`
	URL       string     `json:"url"`
	Short     string     `json:"short"`
	Clicks    int64      `json:"clicks"`
	ExpiresAt *time.Time `json:"expires_at,omitempty"`
}

func (a *app) answer(l link) answer {
	out := answer{Code: l.Code, URL: l.URL, Short: a.cfg.BaseURL + "/" + l.Code, Clicks: l.Clicks}
	if l.Expires != 0 {
		at := time.UnixMilli(l.Expires).UTC()
		out.ExpiresAt = &at
	}
	return out
}

// create answers POST /links.
func (a *app) create(c echo.Context) error {
	var in input
	if err := decodeJSON(c, &in); err != nil {
		return err
	}
	l, err := in.link(time.Now())
	if err != nil {
		return echo.NewHTTPError(http.StatusUnprocessableEntity, err.Error())
	}
	drawn := l.Code == ""
	for range maxDraws {
		if drawn {
			l.Code = rand.Text()[:codeLength]
		}
		l.ID, err = a.store.create(c.Request().Context(), l)
		if !drawn || !errors.Is(err, errTaken) {
			break
		}
	}
	if err != nil {
		return asHTTP(err)
	}
	a.cache.forget(l.Code) // a read under way may have found nothing
	c.Response().Header().Set(echo.HeaderLocation, "/links/"+l.Code)
	return c.JSON(http.StatusCreated, a.answer(l))
}

// show answers GET /links/CODE.
func (a *app) show(c echo.Context) error {
	l, err := a.clicks.counted(c.Request().Context(), c.Param("code"))
	if err != nil {
		return asHTTP(err)
	}
	return c.JSON(http.StatusOK, a.answer(l))
}

// remove answers DELETE /links/CODE.
func (a *app) remove(c echo.Context) error {
	code := c.Param("code")
	if err := a.store.remove(c.Request().Context(), code); err != nil {
		return asHTTP(err)
	}
	a.cache.forget(code) // after the change, so that no read brings the old one back
	return c.NoContent(http.StatusNoContent)
}

// follow answers GET /CODE.
func (a *app) follow(c echo.Context) error {
	l, err := a.cache.get(c.Request().Context(), c.Param("code"))
	if err != nil {
		return asHTTP(err)
	}
	if l.expired(time.Now()) {
		return echo.NewHTTPError(http.StatusGone, "this link has expired")
	}
	a.clicks.add(l.ID)
	return c.Redirect(http.StatusFound, l.URL)
}
