package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// invalid is an article that breaks the rules.
type invalid struct{ fields []echo.Map }

func (*invalid) Error() string { return "the article breaks the rules" }

var allowedTag = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// read takes an article from the body.
func read(c echo.Context, limit int64) (ArticleInput, error) {
	in := ArticleInput{Tags: []string{}}
	req := c.Request()
	media, _, _ := strings.Cut(req.Header.Get("Content-Type"), ";")
	if !strings.EqualFold(strings.TrimSpace(media), "application/json") {
		return in, echo.ErrUnsupportedMediaType
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Response(), req.Body, limit))
	if tooLong := new(http.MaxBytesError); errors.As(err, &tooLong) {
		return in, echo.ErrStatusRequestEntityTooLarge
	}
	dec := json.NewDecoder(strings.NewReader(string(body)))
	dec.DisallowUnknownFields()
	target := &in
	if err := errors.Join(err, dec.Decode(&target)); err != nil || target == nil || dec.Decode(new(any)) != io.EOF {
		return in, echo.NewHTTPError(http.StatusBadRequest, "the body must be one JSON object")
	}
	if in.Tags == nil {
		in.Tags = []string{}
	}
	in.Title = strings.TrimSpace(in.Title)
	var v invalid
	rule := func(ok bool, field, text string) {
		if !ok {
			v.fields = append(v.fields, echo.Map{"message": text, "field": field})
		}
	}
	n := utf8.RuneCountInString(in.Title)
	rule(n > 0 && n <= 200, "title", "1 to 200 characters")
	rule(utf8.RuneCountInString(in.Body) <= 10000, "body", "at most 10000 characters")
	bad := func(tag string) bool { return !allowedTag.MatchString(tag) }
	rule(len(in.Tags) <= 10 && !slices.ContainsFunc(in.Tags, bad), "tags", "at most 10, of a-z, 0-9 and -")
	if len(v.fields) > 0 {
		return in, &v
	}
	return in, nil
}

// page answers the part of the articles that the query asks for.
func page(c echo.Context, all []Article) error {
	query := c.QueryParams()
	number, err1 := count(query, "page", 1, 1<<40)
	size, err2 := count(query, "per_page", 20, 100)
	if err := errors.Join(err1, err2); err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, err.Error())
	}
	for _, tag := range query["tag"] {
		all = slices.DeleteFunc(all, func(a Article) bool { return !slices.Contains(a.Tags, tag) })
	}
	items := []Article{}
	for part := range slices.Chunk(all, size) {
		if number--; number == 0 {
			items = part
		}
	}
	shown, _ := count(query, "page", 1, 1<<40)
	return c.JSON(http.StatusOK, echo.Map{"total": len(all), "items": items, "page": shown, "per_page": size})
}

func count(query url.Values, name string, otherwise, most int) (int, error) {
	text := query.Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, errors.New(name + " is out of range: " + text)
	}
	return n, nil
}

// loadSeed reads SEED.
func loadSeed(text string) ([]Article, error) {
	var list []Article
	if text == "" {
		return list, nil
	}
	err := json.Unmarshal([]byte(text), &list)
	return list, err
}
