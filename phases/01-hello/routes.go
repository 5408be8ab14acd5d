package main

import "github.com/labstack/echo/v4"

// NewApp makes the app: one Echo that knows every route.
func NewApp() *echo.Echo {
	e := echo.New()
	e.HideBanner = true

	job := &slowJob{}

	e.GET("/", hello)
	// TODO 1.2: add the route of GET /version.
	// TODO 1.3: add the route of GET /healthz.
	e.GET("/teapot", teapot)
	e.GET("/slow", job.run)

	return e
}
