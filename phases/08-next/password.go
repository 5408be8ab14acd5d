package main

import (
	"context"
	"encoding/base64"
	"fmt"

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
	places chan struct{} // TODO 8.6: who hashes takes a place; there are maxHashes
}

// TODO 8.6: a fresh salt, argon2.IDKey, encodeHash.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	return "", errOwed
}

// TODO 8.6: the salt and the parameters are in the hash; subtle.ConstantTimeCompare.
func (h *hasher) fits(ctx context.Context, password, hash string) (bool, error) {
	return false, errOwed
}

// encodeHash writes a hash with all that it takes to check a password.
func encodeHash(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashThreads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key))
}
