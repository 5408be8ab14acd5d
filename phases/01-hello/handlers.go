package main

import (
	"net/http"
	"sync"
	"time"

	"github.com/labstack/echo/v4"
)

const version = "0.1.0"

func hello(c echo.Context) error {
	// TODO 1.1: greet Echo.
	return c.String(http.StatusOK, "Hello, World!")
}

// TODO 1.2: a struct with two fields, and a handler that answers it as JSON.

// TODO 1.3: a handler that says the service is well.

// TODO 1.4: with ?ok=no the client gets two JSON documents. Find out why.
func teapot(c echo.Context) error {
	if c.QueryParam("ok") == "no" {
		c.JSON(http.StatusBadRequest, map[string]string{"error": "this is a teapot, take it or leave it"})
	}
	return c.JSON(http.StatusTeapot, map[string]string{"message": "I am a teapot"})
}

// slowJob stands for work that takes time, such as a call to another service.
type slowJob struct {
	mu     sync.Mutex
	served int // how many requests were served; guarded by mu
}

// TODO 1.6: 20 requests at once wait for one another. Let them sleep together, and count every one.
func (j *slowJob) run(c echo.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()

	time.Sleep(200 * time.Millisecond)
	j.served++

	return c.JSON(http.StatusOK, map[string]int{"served": j.served})
}
