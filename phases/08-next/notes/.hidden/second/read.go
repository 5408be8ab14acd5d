package main

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

func (a *api) read(c echo.Context) error {
	a.shelf.mu.RLock()
	defer a.shelf.mu.RUnlock()
	n, err := a.shelf.find(userOf(c), param(c, "id"))
	if err != nil {
		return err
	}
	return show(c, 200, n.view(userOf(c)))
}

// A cursor is a letter that says of what, a dot, and a place.
func place(c echo.Context, name, letter string, otherwise int64) (int64, error) {
	if !c.QueryParams().Has(name) {
		return otherwise, nil
	}
	digits, ok := strings.CutPrefix(c.QueryParam(name), letter+".")
	n, err := strconv.ParseInt(digits, 36, 64)
	if !ok || err != nil {
		return 0, fail(400, name+" is no cursor")
	}
	return n, nil
}

func cursorTo(letter string, n int64) string { return letter + "." + strconv.FormatInt(n, 36) }

func (a *api) list(c echo.Context) error {
	limit := 20
	if text := c.QueryParams()["limit"]; text != nil {
		n, err := strconv.Atoi(text[0])
		if err != nil || n < 1 || n > 100 {
			return fail(400, "limit is 1 to 100")
		}
		limit = n
	}
	below, err := place(c, "after", "n", 1<<62)
	if err != nil {
		return err
	}
	if utf8.RuneCountInString(c.QueryParam("q")) > 200 {
		return fail(400, "q is too long")
	}
	wanted := words(c.QueryParam("q"))

	a.shelf.mu.RLock()
	defer a.shelf.mu.RUnlock()
	items := []map[string]any{}
	for i := len(a.shelf.order) - 1; i >= 0; i-- {
		n := a.shelf.notes[a.shelf.order[i]]
		if n.id >= below || n.role(userOf(c)) == "" || !n.has(wanted) {
			continue
		}
		if len(items) == limit {
			next := cursorTo("n", items[limit-1]["id"].(int64))
			return c.JSON(200, map[string]any{"next": next, "items": items})
		}
		items = append(items, n.view(userOf(c)))
	}
	return c.JSON(200, map[string]any{"next": nil, "items": items})
}

// has reports whether all of the words are in the note.
func (n *note) has(words []string) bool {
	last := n.versions[len(n.versions)-1]
	title, text := strings.ToLower(last.Title), strings.ToLower(last.Text)
	for _, w := range words {
		if !strings.Contains(title, w) && !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func (a *api) history(c echo.Context) error {
	a.shelf.mu.RLock()
	defer a.shelf.mu.RUnlock()
	n, err := a.shelf.find(userOf(c), param(c, "id"))
	if err != nil {
		return err
	}
	items := []map[string]any{}
	for i := len(n.versions) - 1; i >= 0; i-- {
		items = append(items, map[string]any{"at": n.versions[i].at, "by": n.versions[i].by, "version": i + 1})
	}
	return c.JSON(200, map[string]any{"items": items})
}

func (a *api) revision(c echo.Context) error {
	a.shelf.mu.RLock()
	defer a.shelf.mu.RUnlock()
	n, err := a.shelf.find(userOf(c), param(c, "id"))
	if err != nil {
		return err
	}
	i := param(c, "version")
	if i < 1 || i > int64(len(n.versions)) {
		return fail(404, "there is no such revision")
	}
	v := n.versions[i-1]
	return c.JSON(200, map[string]any{"version": i, "by": v.by, "at": v.at, "title": v.Title, "text": v.Text})
}
