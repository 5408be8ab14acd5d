package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

type api struct {
	shelf   *shelf
	maxBody int64
}

func (a Article) etag() string { return strconv.Quote(strconv.Itoa(a.Version)) }

func say(status int, text string) error { return &echo.HTTPError{Code: status, Message: text} }

func idOf(c echo.Context) (int, error) {
	id, err := strconv.ParseInt(c.Param("id"), 10, 64)
	if err != nil || id <= 0 {
		return 0, say(http.StatusBadRequest, "bad id")
	}
	return int(id), nil
}

func (h api) list(c echo.Context) error {
	page, perPage := 1, 20
	for _, p := range []struct {
		name string
		to   *int
		most int
	}{{"page", &page, 1 << 30}, {"per_page", &perPage, 100}} {
		if text, ok := c.QueryParams()[p.name]; ok {
			n, err := strconv.Atoi(text[0])
			if err != nil || n < 1 || n > p.most {
				return say(http.StatusBadRequest, "bad "+p.name)
			}
			*p.to = n
		}
	}
	wanted, err := ParseTags(c.QueryParam("tags"))
	if err != nil {
		return say(http.StatusBadRequest, err.Error())
	}
	wanted = append(wanted, c.QueryParams()["tag"]...)
	found := slices.DeleteFunc(h.shelf.all(), func(a Article) bool {
		for _, tag := range wanted {
			if !slices.Contains(a.Tags, tag) {
				return true
			}
		}
		return false
	})
	total := len(found)
	from := total
	if page-1 <= total/perPage {
		from = min((page-1)*perPage, total)
	}
	return c.JSON(200, echo.Map{"items": found[from:min(from+perPage, total)], "page": page, "per_page": perPage, "total": total})
}

func (h api) latest(c echo.Context) error {
	all := h.shelf.all()
	if len(all) == 0 {
		return fmt.Errorf("latest: %w", ErrNotFound)
	}
	return c.JSON(200, all[len(all)-1])
}

func (h api) one(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	a, err := h.shelf.with(id, func(int, *Article) error { return nil })
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", a.etag())
	for _, tag := range strings.Split(strings.Join(c.Request().Header.Values("If-None-Match"), ","), ",") {
		if tag = strings.TrimSpace(tag); tag == "*" || strings.TrimPrefix(tag, "W/") == a.etag() {
			return c.NoContent(http.StatusNotModified)
		}
	}
	return c.JSON(200, a)
}

func (h api) add(c echo.Context) error {
	in, err := h.read(c)
	if err != nil {
		return err
	}
	a, err := h.shelf.add(in)
	if err != nil {
		return err
	}
	c.Response().Header().Set("Location", fmt.Sprintf("%s://%s/api/v1/articles/%d", c.Scheme(), c.Request().Host, a.ID))
	c.Response().Header().Set("ETag", a.etag())
	return c.JSON(http.StatusCreated, a)
}

func (h api) put(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	in, err := h.read(c)
	if err != nil {
		return err
	}
	a, err := h.shelf.put(id, c.Request().Header.Get("If-Match"), in)
	if err != nil {
		return err
	}
	c.Response().Header().Set("ETag", a.etag())
	return c.JSON(200, a)
}

func (h api) drop(c echo.Context) error {
	id, err := idOf(c)
	if err == nil {
		err = h.shelf.drop(id)
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (h api) view(c echo.Context) error {
	id, err := idOf(c)
	if err == nil {
		_, err = h.shelf.with(id, func(_ int, a *Article) error { a.views++; return nil })
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

func (h api) views(c echo.Context) error {
	id, err := idOf(c)
	if err != nil {
		return err
	}
	n := 0
	_, err = h.shelf.with(id, func(_ int, a *Article) error { n = a.views; return nil })
	if err != nil {
		return err
	}
	return c.JSON(200, echo.Map{"views": n})
}

// read decodes and checks the body.
func (h api) read(c echo.Context) (in ArticleInput, err error) {
	if mt, _, err := mime.ParseMediaType(c.Request().Header.Get("Content-Type")); err != nil || mt != "application/json" {
		return in, say(http.StatusUnsupportedMediaType, "JSON only")
	}
	dec := json.NewDecoder(http.MaxBytesReader(c.Response(), c.Request().Body, h.maxBody))
	dec.DisallowUnknownFields()
	var got *ArticleInput
	err = dec.Decode(&got)
	if err == nil {
		if err = dec.Decode(&struct{}{}); err == io.EOF {
			err = nil
		} else if err == nil {
			err = errors.New("a second value")
		}
	}
	if tooBig := new(http.MaxBytesError); errors.As(err, &tooBig) {
		return in, say(http.StatusRequestEntityTooLarge, "too big")
	}
	if err != nil || got == nil {
		return in, say(http.StatusBadRequest, "no article")
	}
	got.tidy()
	return *got, got.validate()
}
