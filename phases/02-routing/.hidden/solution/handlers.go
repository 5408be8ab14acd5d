package main

import (
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

const version = "0.1.0"

// versionInfo is what GET /version answers.
type versionInfo struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

func hello(c echo.Context) error {
	return c.String(http.StatusOK, "Hello, Echo!")
}

func getVersion(c echo.Context) error {
	return c.JSON(http.StatusOK, versionInfo{Name: "articles", Version: version})
}

func getHealth(c echo.Context) error {
	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
}

// teapot refuses a client that says it is not fine with a teapot.
func teapot(c echo.Context) error {
	if c.QueryParam("ok") == "no" {
		return c.JSON(http.StatusBadRequest, map[string]string{"error": "this is a teapot, take it or leave it"})
	}
	return c.JSON(http.StatusTeapot, map[string]string{"message": "I am a teapot"})
}

// slowJob stands for work that takes time, such as a call to another service.
type slowJob struct {
	mu     sync.Mutex
	served int // how many requests were served; guarded by mu
}

func (j *slowJob) run(c echo.Context) error {
	time.Sleep(200 * time.Millisecond)

	j.mu.Lock()
	j.served++
	n := j.served
	j.mu.Unlock()

	return c.JSON(http.StatusOK, map[string]int{"served": n})
}
