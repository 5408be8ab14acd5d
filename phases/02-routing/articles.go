package main

import "github.com/labstack/echo/v4"

// Article is one article, as SEED holds it.
type Article struct {
	ID    int      `json:"id"`
	Title string   `json:"title"`
	Body  string   `json:"body"`
	Tags  []string `json:"tags"`
}

// TODO 2.6: an article is answered with one more field, its own address.

// articleHandler answers what is below /api/v1/articles.
type articleHandler struct {
	articles []Article // in SEED's order
}

func (h *articleHandler) list(c echo.Context) error {
	var items []Article
	for _, a := range h.articles {
		items = append(items, a)
	}
	// TODO 2.1: answer 200 and {"items": …}; with no article that is [], not null.
	return echo.ErrNotImplemented
}

func (h *articleHandler) get(c echo.Context) error {
	// TODO 2.1: the id is c.Param("id"), a string. Answer the article, or 404.
	// TODO 2.7: a client may ask for the v2 format.
	return echo.ErrNotImplemented
}

// TODO 2.4: a handler that answers the article with the highest id.

// TODO 2.3: three handlers that answer 201, 200 and 204; storing comes in phase 04.

// find returns the article with the given id.
func (h *articleHandler) find(id int) (Article, bool) {
	for _, a := range h.articles {
		if a.ID == id {
			return a, true
		}
	}
	return Article{}, false
}
