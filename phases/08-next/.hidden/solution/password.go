package main

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
)

// What a hash costs, for us and for who guesses: 19 MiB of memory, two rounds, one
// thread (OWASP's advice for argon2id).
const (
	hashMemory  = 19 * 1024 // in KiB
	hashTime    = 2
	hashThreads = 1
	saltBytes   = 16
	keyBytes    = 32
)

// maxHashes is how many hashes are computed at once: memory is bounded, not only time.
const maxHashes = 2

// hasher makes and checks hashes of passwords.
type hasher struct {
	places chan struct{}
	nobody string // the hash of no password
}

func newHasher() *hasher {
	salt := make([]byte, saltBytes)
	rand.Read(salt) // never fails
	key := make([]byte, keyBytes)
	rand.Read(key)
	return &hasher{places: make(chan struct{}, maxHashes), nobody: encodeHash(salt, key)}
}

// hash hashes a password with a fresh salt.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	key, err := h.key(ctx, password, salt, hashTime, hashMemory, hashThreads, keyBytes)
	return encodeHash(salt, key), err
}

// fits reports whether the hash is the password's, with the parameters that the hash
// names: hashes of older parameters stay good.
func (h *hasher) fits(ctx context.Context, password, hash string) (bool, error) {
	parts := strings.Split(hash, "$") // "", argon2id, v=19, m=…, salt, key
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("the hash is none of argon2id")
	}
	var memory, time uint32
	var threads uint8
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil {
		return false, fmt.Errorf("the hash has no parameters: %w", err)
	}
	salt, saltErr := base64.RawStdEncoding.DecodeString(parts[4])
	want, wantErr := base64.RawStdEncoding.DecodeString(parts[5])
	if err := errors.Join(saltErr, wantErr); err != nil {
		return false, err
	}
	key, err := h.key(ctx, password, salt, time, memory, threads, uint32(len(want)))
	return err == nil && subtle.ConstantTimeCompare(key, want) == 1, err
}

// key waits for a place and hashes.
func (h *hasher) key(ctx context.Context, password string, salt []byte, time, memory uint32, threads uint8, length uint32) ([]byte, error) {
	select {
	case h.places <- struct{}{}:
		defer func() { <-h.places }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(password), salt, time, memory, threads, length), nil
}

// encodeHash writes a hash with all that it takes to check a password.
func encodeHash(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}
