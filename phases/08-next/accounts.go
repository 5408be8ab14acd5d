package main

import "github.com/labstack/echo/v4"

// accountHandler answers /api/v1/register and /api/v1/login.
type accountHandler struct {
	users     Users // TODO 8.6: sqlStore, with a table of users (a migration of its own)
	tokens    *tokens
	hasher    *hasher
	bodyLimit int64 // in bytes
}

// credentials is what a client sends to both.
type credentials struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// TODO 8.6
func (h *accountHandler) register(c echo.Context) error {
	return errOwed
}

// TODO 8.6
func (h *accountHandler) login(c echo.Context) error {
	return errOwed
}
