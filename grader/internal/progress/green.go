package progress

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/durable"
)

// greenGrace is how long a snapshot may lie unnamed before it is swept: time
// enough to get from SaveGreen to the Update that names it.
const greenGrace = time.Hour

var (
	hashRE  = regexp.MustCompile(`^[0-9a-f]{64}$`)
	phaseRE = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]*$`)
	// What durable.Replace leaves when it is killed: the name with a dot before it
	// and digits after it.
	tempRE = regexp.MustCompile(`^\.(progress\.json|[0-9a-f]{64}\.txtar)[0-9]+$`)
)

// SaveGreen keeps a phase's files as they are while an exercise passes, and
// returns the name to record as Attempt.Green. The same files have the same
// name and are kept once. It takes no lock, so it may be called before Update or
// inside its function; a snapshot that no exercise names is swept after an hour.
// Errors are like those of Update.
func (s *Store) SaveGreen(phaseNumber string, files catalog.Files) (hash string, err error) {
	if !phaseRE.MatchString(phaseNumber) {
		return "", fmt.Errorf("save green files: %q is not a phase's number", phaseNumber)
	}
	data := pack(files)
	sum := sha256.Sum256(data)
	hash = hex.EncodeToString(sum[:])
	path := s.greenPath(phaseNumber, hash)
	if old, err := readRegular(path); err == nil && bytes.Equal(old, data) {
		now := time.Now()
		if os.Chtimes(path, now, now) == nil {
			return hash, nil
		}
	}
	if err := s.makeDir(); err != nil {
		return "", s.writeError(err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return "", s.writeError(err)
	}
	if err := durable.SyncDir(s.path("green")); err != nil {
		return "", s.writeError(err)
	}
	if err := durable.Replace(path, data); err != nil {
		return "", s.writeError(err)
	}
	return hash, nil
}

// Green returns the files that SaveGreen kept under the hash. The error is
// fs.ErrNotExist when they are gone, and says so when they are damaged.
func (s *Store) Green(phaseNumber, hash string) (catalog.Files, error) {
	if !phaseRE.MatchString(phaseNumber) || !hashRE.MatchString(hash) {
		return nil, fmt.Errorf("read green files: %q is not a snapshot of phase %q", hash, phaseNumber)
	}
	path := s.greenPath(phaseNumber, hash)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read green files: %w", err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != hash {
		return nil, fmt.Errorf("read green files: %s is damaged", path)
	}
	files, err := unpack(data)
	if err != nil {
		return nil, fmt.Errorf("read green files: %s: %w", path, err)
	}
	return files, nil
}

func (s *Store) greenPath(phaseNumber, hash string) string {
	return s.path("green", phaseNumber, hash+".txtar")
}

// sweep removes what killed processes left and snapshots that no exercise
// names. The caller holds the lock, so a temporary progress file is nobody's.
// What cannot be removed now is removed another time.
func (s *Store) sweep(st *State) {
	named := map[string]bool{}
	for _, e := range st.Exercises {
		named[e.Green+".txtar"] = true
	}
	removeIf(s.path(), func(name string, _ time.Duration) bool {
		return tempRE.MatchString(name)
	})
	phases, _ := os.ReadDir(s.path("green"))
	for _, p := range phases {
		removeIf(s.path("green", p.Name()), func(name string, age time.Duration) bool {
			stem, isGreen := strings.CutSuffix(name, ".txtar")
			unnamed := isGreen && hashRE.MatchString(stem) && !named[name]
			return age > greenGrace && (unnamed || tempRE.MatchString(name))
		})
	}
}

// removeIf removes the regular files of a folder that drop says yes to.
func removeIf(dir string, drop func(name string, age time.Duration) bool) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && info.Mode().IsRegular() && drop(e.Name(), time.Since(info.ModTime())) {
			_ = os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}
