package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
)

var idShape = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// through sends a request through a server of its own and returns the answer with its body.
func through(t *testing.T, method, path, header string) (*http.Response, string) {
	t.Helper()
	server := httptest.NewServer(NewApp(Config{APIKeys: []string{"alpha", "beta"}, Debug: true, Log: io.Discard}))
	defer server.Close()
	req, err := http.NewRequest(method, server.URL+path, strings.NewReader(`{"title":"t"}`))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	if name, value, ok := strings.Cut(header, ": "); ok {
		req.Header.Set(name, value)
	}
	res, err := server.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestAnswers(t *testing.T) {
	const articles = "/api/v1/articles"
	for _, c := range []struct {
		method, path, header string
		status               int
	}{
		{"GET", "/", "", 200},
		{"GET", articles, "", 200},
		{"GET", articles + "/1", "", 404},
		{"GET", "/no/where", "", 404},
		{"DELETE", "/healthz", "", 405},
		{"POST", articles, "", 401},
		{"POST", articles, "Authorization: Bearer gamma", 401},
		{"POST", articles, "Authorization: Bearer alpha", 201},
		{"POST", articles, "Authorization: Bearer beta", 201},
		{"PUT", articles + "/1", "", 401},
		{"PUT", articles + "/1", "Authorization: Bearer alpha", 404},
		{"DELETE", articles + "/1", "", 401},
		{"GET", "/debug/panic?cause=rhubarb", "", 500},
		{"GET", "/debug/errors/other?cause=rhubarb", "", 500},
		{"GET", "/debug/errors/conflict", "", 409},
	} {
		t.Run(c.method+" "+c.path+" "+c.header, func(t *testing.T) {
			t.Parallel()
			res, body := through(t, c.method, c.path, c.header)
			if res.StatusCode != c.status {
				t.Fatalf("status %d, want %d", res.StatusCode, c.status)
			}
			if res.Header.Get("X-Content-Type-Options") != "nosniff" || !idShape.MatchString(res.Header.Get("X-Request-ID")) {
				t.Errorf("headers are missing: %v", res.Header)
			}
			if strings.Contains(body, "rhubarb") {
				t.Errorf("the cause is told: %s", body)
			}
			if c.status >= 400 {
				var p struct{ Status int }
				if json.Unmarshal([]byte(body), &p) != nil || p.Status != c.status || !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") {
					t.Errorf("no problem: %s", body)
				}
			}
			if c.status == 401 && res.Header.Get("WWW-Authenticate") == "" {
				t.Error("no WWW-Authenticate")
			}
			if c.status == 405 && !strings.Contains(res.Header.Get("Allow"), "GET") {
				t.Errorf("Allow is %q", res.Header.Get("Allow"))
			}
		})
	}
}

func TestIDs(t *testing.T) {
	if res, _ := through(t, "GET", "/", "X-Request-ID: abc.1"); res.Header.Get("X-Request-ID") != "abc.1" {
		t.Error("a good id is not kept")
	}
	if res, _ := through(t, "GET", "/", "X-Request-ID: a b"); !idShape.MatchString(res.Header.Get("X-Request-ID")) {
		t.Error("a bad id is kept")
	}
}

func TestOneAnswer(t *testing.T) {
	if res, body := through(t, "GET", "/debug/late?word=quiet", ""); res.StatusCode != 200 || body != "all is quiet" {
		t.Errorf("%d %s", res.StatusCode, body)
	}
}
