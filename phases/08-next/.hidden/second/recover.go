package main

import (
	"fmt"

	"github.com/labstack/echo/v5"
)

// recoverPanics makes an error of a panic, which Echo answers as a 500 without its text.
func recoverPanics(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v", p)
			}
		}()
		return next(c)
	}
}
