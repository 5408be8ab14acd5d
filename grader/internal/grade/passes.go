package grade

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"echofromzero/grader/internal/catalog"
)

// passFile is where a pass of the exercise is remembered. One that was given to a
// program which could reach the machine is none in a box.
func (j *job) passFile(e *catalog.Exercise) string {
	key, without := j.key, ""
	if len(e.Suite.Tests) > 0 {
		key = j.testKey(e)
		if e.Suite.Serves {
			key += "\n" + j.key
		}
	}
	if e.Suite.Race { // a pass without the detector is none with it
		without = j.noRace
	}
	if e.Suite.Postgres { // nor one without PostgreSQL
		if _, err := j.g.postgres.Tools(); err != nil {
			without += err.Error()
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\n%s\n%s\n%s\n%s\n%s\n", j.g.version, j.g.Level(), key, e.ID, e.Suite.Hash, without))
	return filepath.Join(j.passes(), hex.EncodeToString(sum[:]))
}

// passes is the folder that passes are kept in, or "". What is random is so in each run,
// unless its seed was given.
func (j *job) passes() string {
	switch {
	case j.q.Seed != 0:
		return ""
	case j.q.Passes != "":
		return j.q.Passes
	case j.q.NoCache || j.g.cache == "":
		return ""
	}
	return filepath.Join(j.g.cache, "pass")
}

// cached answers from the cache: the file holds how many assertions were made.
func (j *job) cached(e *catalog.Exercise, r *Result) bool {
	if j.q.NoCache || j.passes() == "" {
		return false
	}
	data, err := os.ReadFile(j.passFile(e))
	if err != nil {
		return false
	}
	r.Checks, err = strconv.Atoi(strings.TrimSpace(string(data)))
	return err == nil && r.Checks > 0
}

// keep remembers a pass. That it cannot costs time, and nothing else.
func (j *job) keep(e *catalog.Exercise, checks int) {
	if j.passes() == "" {
		return
	}
	file := j.passFile(e)
	if os.MkdirAll(filepath.Dir(file), 0o755) == nil {
		os.WriteFile(file, []byte(strconv.Itoa(checks)+"\n"), 0o644)
	}
}
