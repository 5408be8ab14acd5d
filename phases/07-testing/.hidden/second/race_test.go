package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// crowd lets n goroutines do f at once, and waits for them.
func crowd(n int, f func(i int)) {
	done := make(chan bool)
	for i := range n {
		go func() { f(i); done <- true }()
	}
	for range n {
		<-done
	}
}

func TestCrowd(t *testing.T) {
	app := NewApp(Config{Log: io.Discard})
	ask := func(method, path, body string) (int, string) {
		rec := httptest.NewRecorder()
		req := httptest.NewRequest(method, "/api/v1/articles"+path, strings.NewReader(body))
		req.Header.Set("Content-Type", "application/json")
		app.ServeHTTP(rec, req)
		return rec.Code, rec.Body.String()
	}
	_, made := ask("POST", "", `{"title":"first","tags":["a","b"]}`)
	_, id, _ := strings.Cut(made, `"id":`)
	first := "/" + id[:strings.IndexAny(id, ",}")]

	made201 := make(chan bool, 100)
	ids := make(chan string, 64*20)
	crowd(64, func(i int) {
		if code, _ := ask("POST", "", `{"title":"t","slug":"one-of-a-kind"}`); code == http.StatusCreated {
			made201 <- true
		}
		for n := range 20 {
			ask("POST", first+"/views", "")
			switch i % 5 {
			case 0:
				ask("GET", fmt.Sprint("?per_page=", 1+n), "")
			case 1:
				ask("GET", first, "")
			case 2:
				ask("PUT", first, fmt.Sprintf(`{"title":"t%d","tags":["x%d","y"]}`, n, i))
			case 3:
				_, made := ask("POST", "", `{"title":"another"}`)
				_, id, _ := strings.Cut(made, `"id":`)
				ids <- id[:strings.IndexAny(id, ",}")]
			case 4:
				ask("DELETE", fmt.Sprint("/", 5000+n), "")
			}
		}
	})
	close(ids)
	given := map[string]bool{}
	for id := range ids {
		if given[id] {
			t.Errorf("two articles have the id %s", id)
		}
		given[id] = true
	}
	if len(made201) != 1 {
		t.Errorf("%d articles have the slug", len(made201))
	}
	if _, views := ask("GET", first+"/views", ""); strings.TrimSpace(views) != `{"views":1280}` {
		t.Errorf("views: %s", views)
	}
}
