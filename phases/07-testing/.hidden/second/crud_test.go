package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// service is the program behind a real server, as its clients see it.
type service struct {
	t   *testing.T
	url string
}

func startService(t *testing.T) service {
	server := httptest.NewServer(NewApp(Config{Log: io.Discard}))
	t.Cleanup(server.Close)
	return service{t, server.URL + "/api/v1/articles"}
}

// do makes a request, wants a status, and gives the header and the JSON of the answer.
func (s service) do(method, path, body string, want int) (http.Header, map[string]any) {
	s.t.Helper()
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	if res.StatusCode != want {
		s.t.Fatalf("%s %s: status %d, want %d; %s", method, path, res.StatusCode, want, data)
	}
	var doc map[string]any
	if want != http.StatusNoContent {
		if err := json.Unmarshal(data, &doc); err != nil {
			s.t.Fatalf("%s %s: %v: %s", method, path, err, data)
		}
	}
	return res.Header, doc
}

// add makes an article with this title and returns its path.
func (s service) add(title string) string {
	s.t.Helper()
	header, made := s.do("POST", "", fmt.Sprintf(`{"title":%q,"body":"of %s","tags":["x","y"]}`, title, title), http.StatusCreated)
	path := fmt.Sprintf("/%v", made["id"])
	location, err := url.Parse(header.Get("Location"))
	if err != nil || !strings.HasSuffix(location.Path, "/articles"+path) {
		s.t.Errorf("Location is %q, the id %s", header.Get("Location"), path)
	}
	return path
}

// holds asserts which articles the list has.
func (s service) holds(titles ...any) {
	s.t.Helper()
	_, list := s.do("GET", "", "", http.StatusOK)
	items, ok := list["items"].([]any)
	if !ok {
		s.t.Fatalf("items is %v", list["items"])
	}
	var got []any
	for _, item := range items {
		got = append(got, item.(map[string]any)["title"])
	}
	if !reflect.DeepEqual(got, titles) {
		s.t.Errorf("the list has %v, want %v", got, titles)
	}
	if list["total"] != float64(len(titles)) {
		s.t.Errorf("total is %v of %d", list["total"], len(titles))
	}
}

// is asserts what one article holds.
func (s service) is(path, title, body string, tags ...any) {
	s.t.Helper()
	_, a := s.do("GET", path, "", http.StatusOK)
	if a["title"] != title || a["body"] != body || !reflect.DeepEqual(a["tags"], tags) || fmt.Sprintf("/%v", a["id"]) != path {
		s.t.Errorf("article %s is %v", path, a)
	}
}

func TestArticlesLive(t *testing.T) {
	s := startService(t)
	s.holds()
	one, two := s.add("one"), s.add("two")
	s.holds("one", "two")
	s.is(one, "one", "of one", "x", "y")
	s.is(two, "two", "of two", "x", "y")

	s.do("PUT", two, `{"title":"deux","body":"et","tags":["z"]}`, http.StatusOK)
	s.is(two, "deux", "et", "z")
	s.holds("one", "deux")

	s.do("DELETE", two, "", http.StatusNoContent)
	s.do("GET", two, "", http.StatusNotFound)
	s.do("DELETE", two, "", http.StatusNotFound)
	s.do("PUT", two, `{"title":"zwei"}`, http.StatusNotFound)
	s.holds("one")
}
