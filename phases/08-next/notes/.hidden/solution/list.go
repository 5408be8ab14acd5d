package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// Bounds of what a client may ask for.
const (
	defaultLimit = 20
	maxLimit     = 100
	maxQuery     = 200 // characters
)

// query is what a list is asked for.
type query struct {
	words []string // each of them is in the title or the text
	after int64    // only notes behind the one of this id; 0: from the newest
	limit int
}

// page is one page of a list.
type page struct {
	Items []Note  `json:"items"`
	Next  *string `json:"next"` // the cursor of the next page; nil if there is none
}

func (h *handlers) list(c echo.Context) error {
	q, err := readQuery(c)
	if err != nil {
		return err
	}
	p, err := h.store.list(c.Request().Context(), userOf(c), q)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, p)
}

func readQuery(c echo.Context) (q query, err error) {
	params := c.QueryParams()
	q.limit = defaultLimit
	if params.Has("limit") {
		q.limit, err = strconv.Atoi(params.Get("limit"))
		if err != nil || q.limit < 1 || q.limit > maxLimit {
			return q, badRequest(fmt.Sprintf("limit must be a number from 1 to %d", maxLimit))
		}
	}
	if params.Has("after") {
		if q.after, err = parseCursor(listCursor, params.Get("after")); err != nil {
			return q, badRequest("after must be the next of a page")
		}
	}
	if utf8.RuneCountInString(params.Get("q")) > maxQuery {
		return q, badRequest(fmt.Sprintf("q must have at most %d characters", maxQuery))
	}
	q.words = strings.Fields(params.Get("q"))
	return q, nil
}

// literally makes a word fit for LIKE … ESCAPE '\'.
var literally = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// list asks for one note more than the page holds, to know whether there is one.
func (s *store) list(ctx context.Context, user string, q query) (page, error) {
	text, args := readable, []any{user, user, user}
	if q.after > 0 {
		text += " AND n.id < ?"
		args = append(args, q.after)
	}
	for _, word := range q.words {
		text += ` AND (n.title LIKE ? ESCAPE '\' OR n.text LIKE ? ESCAPE '\')`
		pattern := "%" + literally.Replace(word) + "%"
		args = append(args, pattern, pattern)
	}
	text += " ORDER BY n.id DESC LIMIT ?"
	args = append(args, q.limit+1)

	p := page{Items: []Note{}}
	if err := s.db.SelectContext(ctx, &p.Items, text, args...); err != nil {
		return page{}, fmt.Errorf("list notes: %w", err)
	}
	if len(p.Items) > q.limit {
		p.Items = p.Items[:q.limit]
		next := cursor(listCursor, p.Items[q.limit-1].ID)
		p.Next = &next
	}
	return p, nil
}
