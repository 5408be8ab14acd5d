package main

import (
	"errors"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// minSecret is the length of the shortest JWT_SECRET, in bytes: as long as the hash
// of HS256 (RFC 7518, section 3.2).
const minSecret = 32

// tokens makes and reads the tokens that say who asks (JWT, RFC 7519).
type tokens struct {
	secret []byte
	ttl    time.Duration
}

// issue makes a token for a user.
func (t *tokens) issue(username string) (string, error) {
	now := time.Now()
	claims := jwt.RegisteredClaims{
		Subject:   username,
		IssuedAt:  jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(t.ttl)),
	}
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(t.secret)
}

// username reads whose token it is. The token does not choose how it is checked: its
// algorithm must be ours, and it must say when it expires.
func (t *tokens) username(token string) (string, error) {
	var claims jwt.RegisteredClaims
	_, err := jwt.ParseWithClaims(token, &claims, func(*jwt.Token) (any, error) { return t.secret, nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	if err != nil {
		return "", err
	}
	if claims.Subject == "" {
		return "", errors.New("the token names nobody")
	}
	return claims.Subject, nil
}
