package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stack makes a request as a client would, through every layer. headers are names and
// values in turn.
func stack(t *testing.T, method, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	app := NewApp(Config{
		Articles: []Article{{ID: 7, Title: "seven", Tags: []string{}}},
		APIKeys:  []string{"k1", "k2"}, Debug: true, Log: io.Discard,
	})
	req := httptest.NewRequest(method, path, strings.NewReader(`{"title":"new"}`))
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	app.ServeHTTP(rec, req)
	assert.Equal(t, "nosniff", rec.Header().Get("X-Content-Type-Options"))
	assert.Regexp(t, `^[A-Za-z0-9._-]{1,64}$`, rec.Header().Get("X-Request-Id"))
	return rec
}

// requireProblem asserts that an answer is a problem of this status.
func requireProblem(t *testing.T, rec *httptest.ResponseRecorder, status int) {
	t.Helper()
	require.Equal(t, status, rec.Code, rec.Body)
	require.Regexp(t, `^application/problem\+json`, rec.Header().Get("Content-Type"))
	var p struct {
		Title  string
		Status int
	}
	require.NoError(t, json.Unmarshal(rec.Body.Bytes(), &p), rec.Body)
	require.Equal(t, status, p.Status)
	require.NotEmpty(t, p.Title)
}

func TestStackKeys(t *testing.T) {
	const one = "/api/v1/articles/7"
	require.Equal(t, http.StatusOK, stack(t, "GET", one).Code)
	for _, c := range []struct{ method, path string }{{"POST", "/api/v1/articles"}, {"PUT", one}, {"DELETE", one}} {
		for _, value := range []string{"", "Bearer wrong", "Bearer k", "Basic k1"} {
			rec := stack(t, c.method, c.path, "Authorization", value)
			requireProblem(t, rec, http.StatusUnauthorized)
			require.NotEmpty(t, rec.Header().Get("WWW-Authenticate"))
		}
		require.Less(t, stack(t, c.method, c.path, "Authorization", "Bearer k2").Code, 300)
	}
}

func TestStackErrors(t *testing.T) {
	requireProblem(t, stack(t, "GET", "/nowhere"), http.StatusNotFound)
	requireProblem(t, stack(t, "GET", "/api/v1/articles/8"), http.StatusNotFound)
	requireProblem(t, stack(t, "GET", "/debug/errors/stale"), http.StatusPreconditionFailed)
	rec := stack(t, "POST", "/healthz")
	requireProblem(t, rec, http.StatusMethodNotAllowed)
	require.Contains(t, rec.Header().Get("Allow"), "GET")
}

func TestStackSecrets(t *testing.T) {
	for _, path := range []string{"/debug/panic?cause=zebra", "/debug/errors/other?cause=zebra"} {
		rec := stack(t, "GET", path)
		requireProblem(t, rec, http.StatusInternalServerError)
		require.NotContains(t, rec.Body.String(), "zebra")
	}
}

func TestStackLate(t *testing.T) {
	rec := stack(t, "GET", "/debug/late?word=well")
	require.Equal(t, http.StatusOK, rec.Code)
	require.Equal(t, "all is well", rec.Body.String())
}

func TestStackRequestID(t *testing.T) {
	const name = "X-Request-Id"
	require.Equal(t, "mine-1", stack(t, "GET", "/", name, "mine-1").Header().Get(name))
	require.Equal(t, "mine-1", stack(t, "GET", "/nowhere", name, "mine-1").Header().Get(name))
	for _, bad := range []string{"", "not mine", strings.Repeat("x", 65)} {
		stack(t, "GET", "/", name, bad) // asserts that it got another one
	}
	require.NotEqual(t, stack(t, "GET", "/").Header().Get(name), stack(t, "GET", "/").Header().Get(name))
}
