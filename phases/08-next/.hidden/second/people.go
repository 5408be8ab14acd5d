package main

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/golang-jwt/jwt/v5"
	"github.com/jmoiron/sqlx"
	"github.com/labstack/echo/v5"
	"golang.org/x/crypto/argon2"
)

// people keeps accounts.
type people struct {
	db  *sqlx.DB
	cfg Config

	one, two sync.Mutex // each lets one hash be computed
}

type login struct {
	Username string `json:"username"`
	Password string `json:"password"`
}

// digest is all that it takes to check a password, as one text.
func (p *people) digest(password string, salt []byte) string {
	mu := &p.one
	if !mu.TryLock() {
		mu = &p.two
		mu.Lock()
	}
	defer mu.Unlock()
	key := argon2.IDKey([]byte(password), salt, 2, 19<<10, 1, 32)
	return "$argon2id$v=19$m=19456,t=2,p=1$" + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(key)
}

func (p *people) register(c *echo.Context) error {
	var in login
	if err := decodeJSON(c, p.cfg.BodyLimit, &in); err != nil {
		return err
	}
	if utf8.RuneCountInString(in.Password) < 8 || in.Username == "" || strings.ContainsRune(in.Username, 0) {
		return echo.NewHTTPError(http.StatusUnprocessableEntity, "a username and a password of 8 characters or more")
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	_, err := p.db.ExecContext(c.Request().Context(), "INSERT INTO person (name, digest) VALUES ($1, $2)", in.Username, p.digest(in.Password, salt))
	if err != nil && conflict(err) != err {
		return echo.NewHTTPError(http.StatusConflict, "somebody has this name")
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusCreated)
}

func (p *people) login(c *echo.Context) error {
	var in login
	if err := decodeJSON(c, p.cfg.BodyLimit, &in); err != nil {
		return err
	}
	kept := "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$" // no password's
	row := p.db.QueryRowContext(c.Request().Context(), "SELECT digest FROM person WHERE name = $1", strings.ReplaceAll(in.Username, "\x00", "?"))
	err := row.Scan(&kept)
	salt, _ := base64.RawStdEncoding.DecodeString(strings.Split(kept, "$")[4])
	if subtle.ConstantTimeCompare([]byte(p.digest(in.Password, salt)), []byte(kept)) != 1 || err != nil {
		return echo.NewHTTPError(http.StatusUnauthorized, "no such user, or another password")
	}
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"sub": in.Username, "exp": time.Now().Add(p.cfg.JWTTTL).Unix(), "jti": rand.Text(),
	}).SignedString([]byte(p.cfg.JWTSecret))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"token": token, "token_type": "Bearer"})
}

// known is who sent the request.
func (p *people) known(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c *echo.Context) error {
		words := strings.Fields(c.Request().Header.Get("Authorization"))
		if len(words) == 2 && strings.EqualFold(words[0], "bearer") {
			token, err := jwt.Parse(words[1], func(t *jwt.Token) (any, error) {
				if t.Method != jwt.SigningMethodHS256 {
					return nil, jwt.ErrTokenSignatureInvalid
				}
				return []byte(p.cfg.JWTSecret), nil
			})
			if err == nil {
				claims := token.Claims.(jwt.MapClaims)
				name, _ := claims["sub"].(string)
				if _, ends := claims["exp"]; ends && name != "" {
					c.Set("author", name)
					return next(c)
				}
			}
		}
		c.Response().Header().Set("WWW-Authenticate", "Bearer")
		return echo.ErrUnauthorized
	}
}
