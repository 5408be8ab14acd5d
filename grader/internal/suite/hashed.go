package suite

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	maxStored = 64 << 20 // bytes that are read of a database's file
	maxHashes = 64       // hashes that are tried: each takes its time
)

// hashForm is a hash of argon2id as text, with its parameters (the form of
// https://github.com/P-H-C/phc-string-format): %s are those, a salt of 16 bytes or more
// and a key of 32 follow. In a database's file the next column may begin right behind it.
const hashForm = `\$argon2id\$v=19\$%s\$([A-Za-z0-9+/]{22,86})={0,2}\$([A-Za-z0-9+/]{43})`

// anyHash is what an argon2 hash of another form begins with.
const anyHash = `\$argon2[id]{1,2}\$[!-~]{0,40}`

// hashed asserts that the SQLite database keeps a password by its argon2id hash, and
// nowhere as it is.
func hashed(r *run, _ bool, args []string) {
	fl := r.flags("hashed", args, "n")
	if len(fl.rest) != 2 {
		r.usage("hashed", "it takes a password and parameters")
	}
	password, parameters := fl.rest[0], fl.rest[1]
	var memory, time uint32
	var threads uint8
	if _, err := fmt.Sscanf(parameters, "m=%d,t=%d,p=%d", &memory, &time, &threads); err != nil || time < 1 || threads < 1 {
		r.usage("hashed", fmt.Sprintf("%q is not of the form m=19456,t=2,p=1", parameters))
	}
	n := fl.count("n", maxHashes)

	stored, shown := r.stored()
	if bytes.Contains(stored, []byte(password)) {
		r.fail(Failure{Request: "grep -ac " + shellQuote(password) + " " + shown + "*", Want: "a hash of the password in the database, and not the password",
			Got: "the password itself is there"})
	}
	var all, good []string
	for _, m := range regexp.MustCompile(fmt.Sprintf(hashForm, regexp.QuoteMeta(parameters))).FindAllSubmatch(stored, -1) {
		if text := string(m[0]); !slices.Contains(all, text) && len(all) < maxHashes && r.ctx.Err() == nil {
			all = append(all, text)
			salt, saltErr := base64.RawStdEncoding.DecodeString(string(m[1]))
			key, keyErr := base64.RawStdEncoding.DecodeString(string(m[2]))
			if saltErr == nil && keyErr == nil && bytes.Equal(key, argon2.IDKey([]byte(password), salt, time, memory, threads, uint32(len(key)))) {
				good = append(good, text)
			}
		}
	}
	if len(good) >= n {
		return
	}
	want := fmt.Sprintf("the password %s in the database as $argon2id$v=19$%s$SALT$KEY", password, parameters)
	if n > 1 {
		want += fmt.Sprintf(", and %d different ones for %[1]d accounts", n)
	}
	got := "no hash of argon2 at all"
	switch others := regexp.MustCompile(anyHash).FindAll(stored, 3); {
	case len(good) > 0:
		got = fmt.Sprintf("%d: %s", len(good), strings.Join(good, "\n"))
	case len(all) > 0:
		got = "hashes with these parameters, but this password gives none of them:\n" + strings.Join(all[:min(3, len(all))], "\n")
	case len(others) > 0:
		got = "hashes of another form:\n" + string(bytes.Join(others, []byte("…\n"))) + "…"
	}
	r.fail(Failure{Request: "grep -aoE '.argon2id?[^ ]{0,110}' " + shown + "*", Want: want, Got: got})
}

// stored is what the script's SQLite database holds, in its file and in the log beside
// it, and the file's name as a learner is shown it.
func (r *run) stored() (data []byte, shown string) {
	i := slices.IndexFunc(r.standIns, func(s standIn) bool { return s.address == r.database })
	if i < 0 || !strings.HasPrefix(r.database, "sqlite://") {
		r.brokenf("hashed: `db sqlite` comes first")
	}
	shown = strings.TrimPrefix(r.standIns[i].shown, "sqlite://")
	for _, suffix := range []string{"", "-wal"} {
		part, err := r.box.Kept(path.Base(r.database)+suffix, maxStored)
		if err != nil && !(suffix != "" && errors.Is(err, fs.ErrNotExist)) {
			got := err.Error()
			if errors.Is(err, fs.ErrNotExist) {
				got = "there is none"
			}
			r.fail(Failure{Want: "the database in the file that DATABASE_URL names", Got: got})
		}
		data = append(data, part...)
	}
	return data, shown
}
