package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// posted is the body of a POST or PUT.
type posted struct {
	Title string   `json:"title"`
	Body  string   `json:"body"`
	Tags  []string `json:"tags"`
}

var label = regexp.MustCompile(`\A[a-z0-9-]{1,32}\z`)

// read reads and checks a body. If it returns nil, the request has been answered, or
// the error does it.
func read(c echo.Context, most int64) (*posted, error) {
	if media, _, _ := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); media != "application/json" {
		return nil, echo.ErrUnsupportedMediaType
	}
	dec := json.NewDecoder(http.MaxBytesReader(c.Response(), c.Request().Body, most))
	dec.DisallowUnknownFields()
	var p *posted // stays nil at null
	err := dec.Decode(&p)
	if err == nil {
		if _, err = dec.Token(); err == nil {
			err = errors.New("something follows the object")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, echo.ErrStatusRequestEntityTooLarge
	case err != nil || p == nil:
		return nil, echo.NewHTTPError(http.StatusBadRequest, fmt.Sprintf("the body: %v", err))
	}
	p.Title = strings.TrimSpace(p.Title)
	p.Tags = append([]string{}, p.Tags...)
	if bad := p.check(); len(bad) > 0 {
		return nil, c.JSON(http.StatusUnprocessableEntity, echo.Map{"errors": bad})
	}
	return p, nil
}

func (p *posted) check() (bad []map[string]string) {
	note := func(ok bool, field, message string) {
		if !ok {
			bad = append(bad, map[string]string{"message": message, "field": field})
		}
	}
	n := utf8.RuneCountInString(p.Title)
	note(n >= 1 && n <= 200, "title", "needs 1 to 200 characters")
	note(utf8.RuneCountInString(p.Body) <= 10000, "body", "is too long")
	odd := func(tag string) bool { return !label.MatchString(tag) }
	note(len(p.Tags) <= 10 && !slices.ContainsFunc(p.Tags, odd), "tags", "at most 10 of a-z, 0-9 and -")
	return bad
}

func (l *library) list(c echo.Context) error {
	page, per := number(c, "page", 1, 1<<30), number(c, "per_page", 20, 100)
	if page == 0 || per == 0 {
		return c.JSON(http.StatusBadRequest, echo.Map{"error": "look at page and per_page"})
	}
	found := []*article{}
	for _, a := range l.shelf {
		if !slices.ContainsFunc(c.QueryParams()["tag"], func(t string) bool { return !slices.Contains(a.Tags, t) }) {
			found = append(found, a)
		}
	}
	items := found[min(len(found), (page-1)*per):min(len(found), page*per)]
	return c.JSON(http.StatusOK, echo.Map{"items": items, "page": page, "per_page": per, "total": len(found)})
}

// number reads a number of the query from 1 to most; 0 if it is none.
func number(c echo.Context, name string, otherwise, most int) int {
	if !c.QueryParams().Has(name) {
		return otherwise
	}
	n, err := strconv.Atoi(c.QueryParam(name))
	if err != nil || n < 1 || n > most {
		return 0
	}
	return n
}
