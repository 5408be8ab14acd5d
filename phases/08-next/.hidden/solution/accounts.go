package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// minPassword is the length of the shortest password, in characters.
const minPassword = 8

var usernamePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// accountHandler answers /api/v1/register and /api/v1/login.
type accountHandler struct {
	users     Users
	tokens    *tokens
	hasher    *hasher
	bodyLimit int64 // in bytes
}

// credentials is what a client sends to both.
type credentials struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// register makes an account.
func (h *accountHandler) register(c echo.Context) error {
	var in credentials
	if err := decodeJSON(c, h.bodyLimit, &in); err != nil {
		return err
	}
	if err := in.validate(); err != nil {
		return err
	}
	ctx := c.Request().Context()
	hash, err := h.hasher.hash(ctx, in.Password)
	if err != nil {
		return err
	}
	if err := h.users.AddUser(ctx, in.Username, hash); err != nil {
		return fmt.Errorf("register: %w", err)
	}
	return c.JSON(http.StatusCreated, map[string]string{"username": in.Username})
}

// login answers a token. Who guesses learns nothing of which usernames there are:
// neither by the answer nor by its time.
func (h *accountHandler) login(c echo.Context) error {
	var in credentials
	if err := decodeJSON(c, h.bodyLimit, &in); err != nil {
		return err
	}
	ctx := c.Request().Context()
	hash, err := h.hashOf(ctx, in.Username)
	if err != nil {
		return err
	}
	ok, err := h.hasher.fits(ctx, in.Password, hash)
	if err != nil {
		return err
	}
	if !ok {
		c.Response().Header().Set(echo.HeaderWWWAuthenticate, `Bearer realm="articles"`)
		return echo.NewHTTPError(http.StatusUnauthorized, "the username or the password is wrong")
	}
	token, err := h.tokens.issue(in.Username)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]string{"token": token})
}

// hashOf is the hash of a user's password. Of a username that nobody has it is one
// that no password fits, and that takes as long to check.
func (h *accountHandler) hashOf(ctx context.Context, username string) (string, error) {
	if !usernamePattern.MatchString(username) {
		return h.hasher.nobody, nil
	}
	hash, err := h.users.PasswordHash(ctx, username)
	if errors.Is(err, ErrNotFound) {
		return h.hasher.nobody, nil
	}
	return hash, err
}

// validate returns a *ValidationError that lists what is wrong, or nil.
func (in credentials) validate() error {
	var fields []FieldError
	if !usernamePattern.MatchString(in.Username) {
		fields = append(fields, FieldError{Pointer: "#/username", Detail: "want 1 to 32 of a-z, 0-9 and -"})
	}
	if n := utf8.RuneCountInString(in.Password); n < minPassword {
		fields = append(fields, FieldError{Pointer: "#/password", Detail: fmt.Sprintf("has %d characters, want at least %d", n, minPassword)})
	}
	if len(fields) == 0 {
		return nil
	}
	return &ValidationError{Fields: fields}
}
