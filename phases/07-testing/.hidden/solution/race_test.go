package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// raceRounds is how often each client of a test makes its request.
const raceRounds = 40

// raceCall makes one request. It is called by many goroutines, so it fails no test: it
// hands its answer back.
func raceCall(app http.Handler, method, path, body string) *httptest.ResponseRecorder {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	app.ServeHTTP(rec, req)
	return rec
}

func newRaceApp() http.Handler {
	return NewApp(Config{Log: io.Discard, Articles: []Article{{ID: 1, Title: "one", Tags: []string{"a", "b"}}}})
}

// everyRequest does each kind of work at once, in goroutines of its own.
func everyRequest(app http.Handler) {
	const path = "/api/v1/articles"
	work := []func(client, round int){
		func(_, _ int) { raceCall(app, "GET", path, "") },
		func(_, round int) { raceCall(app, "GET", fmt.Sprintf("%s?page=%d&tag=a", path, round+1), "") },
		func(_, _ int) { raceCall(app, "GET", path+"/1", "") },
		func(_, _ int) { raceCall(app, "GET", path+"/latest", "") },
		func(_, round int) {
			raceCall(app, "PUT", path+"/1", fmt.Sprintf(`{"title":"t%d","tags":["c%d","d"]}`, round, round))
		},
		func(_, _ int) { raceCall(app, "POST", path+"/1/views", "") },
		func(_, _ int) { raceCall(app, "GET", path+"/1/views", "") },
		func(client, round int) {
			raceCall(app, "POST", path, fmt.Sprintf(`{"title":"new %d %d"}`, client, round))
		},
		func(_, round int) { raceCall(app, "DELETE", fmt.Sprintf("%s/%d", path, round+2), "") },
	}
	var wg sync.WaitGroup
	for client := range 2 * len(work) {
		wg.Go(func() {
			for round := range raceRounds {
				work[client%len(work)](client, round)
			}
		})
	}
	wg.Wait()
}

// TestRaceEverything leaves the verdict to the race detector.
func TestRaceEverything(t *testing.T) { everyRequest(newRaceApp()) }

func TestRaceViews(t *testing.T) {
	const clients = 8
	app := newRaceApp()
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for range raceRounds {
				raceCall(app, "POST", "/api/v1/articles/1/views", "")
			}
		})
	}
	wg.Wait()
	var got struct{ Views int }
	json.Unmarshal(raceCall(app, "GET", "/api/v1/articles/1/views", "").Body.Bytes(), &got)
	if got.Views != clients*raceRounds {
		t.Errorf("%d views, want %d", got.Views, clients*raceRounds)
	}
}

func TestRaceSlug(t *testing.T) {
	app := newRaceApp()
	codes := make([]int, 20) // each client has a place of its own
	ids := make([]int, len(codes))
	var wg sync.WaitGroup
	for client := range codes {
		wg.Go(func() {
			codes[client] = raceCall(app, "POST", "/api/v1/articles", `{"title":"t","slug":"wanted"}`).Code
			var made Article
			json.Unmarshal(raceCall(app, "POST", "/api/v1/articles", `{"title":"t"}`).Body.Bytes(), &made)
			ids[client] = made.ID
		})
	}
	wg.Wait()
	made, seen := 0, map[int]bool{}
	for client, code := range codes {
		if code == http.StatusCreated {
			made++
		} else if code != http.StatusConflict {
			t.Errorf("POST answered %d", code)
		}
		if seen[ids[client]] {
			t.Errorf("id %d was given twice", ids[client])
		}
		seen[ids[client]] = true
	}
	if made != 1 {
		t.Errorf("the slug was given %d times, want once", made)
	}
}
