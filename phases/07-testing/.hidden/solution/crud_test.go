package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const articlesPath = "/api/v1/articles"

// newCrudApp makes an app of its own, with the articles 3 and 7.
func newCrudApp() http.Handler {
	return NewApp(Config{Log: io.Discard, Articles: []Article{
		{ID: 3, Title: "three", Body: "b3", Tags: []string{"go"}},
		{ID: 7, Title: "seven", Body: "b7", Tags: []string{}},
	}})
}

// crud makes one request, with the body as JSON unless it is empty.
func crud(app http.Handler, method, path, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	rec := httptest.NewRecorder()
	app.ServeHTTP(rec, req)
	return rec
}

// answered reads the article of an answer, which must have the status.
func answered(t *testing.T, rec *httptest.ResponseRecorder, status int) Article {
	t.Helper()
	require.Equal(t, status, rec.Code, rec.Body)
	var a Article
	require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &a))
	return a
}

// requireTitles asserts which articles there are, in order.
func requireTitles(t *testing.T, app http.Handler, titles ...string) {
	t.Helper()
	rec := crud(app, "GET", articlesPath, "")
	require.Equal(t, http.StatusOK, rec.Code)
	var list struct {
		Items []Article
		Total int
	}
	require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &list))
	require.NotNil(t, list.Items, "an empty list is [], not null")
	got := []string{}
	for _, a := range list.Items {
		got = append(got, a.Title)
	}
	require.Equal(t, append([]string{}, titles...), got)
	require.Equal(t, len(titles), list.Total)
}

func TestCrudList(t *testing.T) {
	requireTitles(t, newCrudApp(), "three", "seven")
	requireTitles(t, NewApp(Config{Log: io.Discard}))
}

func TestCrudGet(t *testing.T) {
	app := newCrudApp()
	three := answered(t, crud(app, "GET", articlesPath+"/3", ""), http.StatusOK)
	require.Equal(t, "three", three.Title)
	require.Equal(t, "b3", three.Body)
	require.Equal(t, []string{"go"}, three.Tags)
	require.Equal(t, 7, answered(t, crud(app, "GET", articlesPath+"/7", ""), http.StatusOK).ID)
	require.Equal(t, http.StatusNotFound, crud(app, "GET", articlesPath+"/5", "").Code)
}

func TestCrudCreate(t *testing.T) {
	app := newCrudApp()
	rec := crud(app, "POST", articlesPath, `{"title":"new","body":"text","tags":["a","b"]}`)
	made := answered(t, rec, http.StatusCreated)
	place, err := url.Parse(rec.Header().Get("Location")) // it may be a path or a whole address
	require.NoError(t, err)
	found := answered(t, crud(app, "GET", place.Path, ""), http.StatusOK)
	require.Equal(t, made.ID, found.ID)
	require.Equal(t, "new", found.Title)
	require.Equal(t, "text", found.Body)
	require.Equal(t, []string{"a", "b"}, found.Tags)
	requireTitles(t, app, "three", "seven", "new")
}

func TestCrudReplace(t *testing.T) {
	app := newCrudApp()
	answered(t, crud(app, "PUT", articlesPath+"/3", `{"title":"new","body":"text","tags":["b"]}`), http.StatusOK)
	found := answered(t, crud(app, "GET", articlesPath+"/3", ""), http.StatusOK)
	require.Equal(t, "new", found.Title)
	require.Equal(t, "text", found.Body)
	require.Equal(t, []string{"b"}, found.Tags)
	require.Equal(t, http.StatusNotFound, crud(app, "PUT", articlesPath+"/5", `{"title":"x"}`).Code)
	requireTitles(t, app, "new", "seven")
}

func TestCrudDelete(t *testing.T) {
	app := newCrudApp()
	rec := crud(app, "DELETE", articlesPath+"/7", "")
	require.Equal(t, http.StatusNoContent, rec.Code)
	require.Empty(t, rec.Body.String())
	require.Equal(t, http.StatusNotFound, crud(app, "GET", articlesPath+"/7", "").Code)
	require.Equal(t, http.StatusNotFound, crud(app, "DELETE", articlesPath+"/7", "").Code)
	requireTitles(t, app, "three")
}
