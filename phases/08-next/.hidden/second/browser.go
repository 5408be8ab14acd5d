package main

import (
	"github.com/labstack/echo/v5"
	"github.com/labstack/echo/v5/middleware"
)

// minGzip is the smallest body that is worth compressing, in bytes.
const minGzip = 1024

// noSniff tells browsers to believe the Content-Type, on every answer.
func noSniff(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		c.Response().Header().Set(echo.HeaderXContentTypeOptions, "nosniff")
		return next(c)
	}
}

// compress answers with gzip if the client takes it and the body is worth it.
func compress() echo.MiddlewareFunc {
	return middleware.GzipWithConfig(middleware.GzipConfig{MinLength: minGzip, Skipper: (*echo.Context).IsWebSocket})
}

// allowOrigins lets pages of these origins read the answers, and preflights pass.
func allowOrigins(origins []string) echo.MiddlewareFunc {
	return middleware.CORSWithConfig(middleware.CORSConfig{
		AllowOrigins:  origins, // if this were empty, Echo would allow all
		ExposeHeaders: []string{"ETag", echo.HeaderLocation, echo.HeaderXRequestID},
	})
}
