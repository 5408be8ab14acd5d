package main

import "github.com/labstack/echo/v4"

// TODO 8.9: a registry with http_requests_total{method,route,status} and
// http_request_duration_seconds, its handler for /metrics, and the middleware count.

// methodLabel is the method, if it is one of HTTP's: anybody can make up methods.
func methodLabel(method string) string {
	switch method {
	case echo.GET, echo.HEAD, echo.POST, echo.PUT, echo.PATCH, echo.DELETE, echo.OPTIONS:
		return method
	}
	return "other"
}
