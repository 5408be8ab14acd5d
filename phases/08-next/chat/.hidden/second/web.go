package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

type app struct {
	cfg     Config
	archive *archive
	shut    atomic.Bool    // no new ones
	quit    chan struct{}  // closed: all go
	sockets sync.WaitGroup // those that are open

	mu    sync.Mutex
	rooms map[string]*room
}

func (a *app) room(c echo.Context) *room {
	name := c.Param("room")
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.rooms[name] == nil {
		a.rooms[name] = newRoom(name, a.archive)
	}
	return a.rooms[name]
}

func isName(s string) bool {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return len(s) >= 1 && len(s) <= 32 && strings.Trim(s, letters) == ""
}

// spoken reads one JSON object with a text.
func spoken(data []byte) (from, text string, err error) {
	var in struct {
		Text *string
		From string
	}
	d := json.NewDecoder(bytes.NewReader(data))
	if err := d.Decode(&in); err != nil {
		return "", "", err
	}
	if _, err := d.Token(); err != io.EOF {
		return "", "", errors.New("more than one document")
	}
	if in.Text == nil || *in.Text == "" || utf8.RuneCountInString(*in.Text) > 2000 {
		return "", "", errors.New("a text of 1 to 2000 characters")
	}
	return in.From, *in.Text, nil
}

// whole reads a number of the query; unset stands for what is not there.
func whole(c echo.Context, name string, unset int64) (int64, bool) {
	if !c.QueryParams().Has(name) {
		return unset, true
	}
	n, err := strconv.ParseUint(c.QueryParam(name), 10, 62)
	return int64(n), err == nil
}

func (a *app) who(c echo.Context) error {
	return c.JSON(http.StatusOK, echo.Map{"members": a.room(c).names()})
}

func (a *app) past(c echo.Context) error {
	after, ok := whole(c, "after", 0)
	limit, fine := whole(c, "limit", 50)
	if !ok || !fine || limit < 1 || limit > 200 {
		return c.String(http.StatusBadRequest, "after or limit is wrong")
	}
	lines, err := a.archive.read(c.Param("room"), after, int(limit))
	if err != nil {
		return err
	}
	return c.JSONPretty(http.StatusOK, echo.Map{"messages": lines}, " ")
}

func (a *app) post(c echo.Context) error {
	body, err := io.ReadAll(io.LimitReader(c.Request().Body, a.cfg.MaxMessage+1))
	if err != nil || int64(len(body)) > a.cfg.MaxMessage {
		return c.NoContent(http.StatusRequestEntityTooLarge)
	}
	from, text, err := spoken(body)
	if err != nil || !isName(from) {
		return c.String(http.StatusUnprocessableEntity, "want from and text")
	}
	l, err := a.room(c).speak(from, text)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, l)
}
