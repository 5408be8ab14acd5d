package main

import "github.com/labstack/echo/v4"

// NewApp makes the app: one Echo that knows every route.
func NewApp() *echo.Echo {
	e := echo.New()
	e.HideBanner = true

	job := &slowJob{}

	e.GET("/", hello)
	e.GET("/version", getVersion)
	e.GET("/healthz", getHealth)
	e.GET("/teapot", teapot)
	e.GET("/slow", job.run)

	return e
}
