package postgres

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"echofromzero/grader/internal/sandbox"
)

// Install says how PostgreSQL comes onto a machine.
const Install = "apt-get install postgresql, or brew install postgresql@17"

// ErrAbsent is returned where the machine has no PostgreSQL that can be used.
var ErrAbsent = errors.New("PostgreSQL is not installed")

// tools are the programs that a cluster takes.
var tools = []string{"initdb", "postgres", "psql"}

// places are where packages put them, beside those that are on the PATH.
var places = []string{"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/libexec/postgresql*",
	"/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin", "/Applications/Postgres.app/Contents/Versions/*/bin"}

// Find is the folder of the machine's PostgreSQL, or ErrAbsent. It looks once.
var Find = sync.OnceValues(func() (string, error) {
	if runtime.GOOS == "windows" { // whose signals and users are others
		return "", ErrAbsent
	}
	var folders []string
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			folders = append(folders, filepath.Dir(path))
		}
	}
	folders = append(folders, installed("/", places)...)
	for _, dir := range folders {
		if complete(dir) {
			return dir, nil
		}
	}
	if dir := configured(); complete(dir) {
		return dir, nil
	}
	return "", ErrAbsent
})

// installed are the folders below root that the patterns match, newest version first.
func installed(root string, patterns []string) []string {
	var all []string
	for _, pattern := range patterns {
		found, _ := filepath.Glob(filepath.Join(root, pattern))
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b string) int { return cmp.Compare(version(b), version(a)) })
	return all
}

var versionNumber = regexp.MustCompile(`[0-9]+(\.[0-9]+)?`)

// version is the last number in a folder's path, 0 without one.
func version(dir string) float64 {
	all := versionNumber.FindAllString(dir, -1)
	if len(all) == 0 {
		return 0
	}
	n, _ := strconv.ParseFloat(all[len(all)-1], 64)
	return n
}

func complete(dir string) bool {
	return dir != "" && !slices.ContainsFunc(tools, func(tool string) bool {
		info, err := os.Stat(filepath.Join(dir, tool))
		return err != nil || !info.Mode().IsRegular() || info.Mode()&0o111 == 0
	})
}

// configured is the folder that pg_config names.
func configured() string {
	path, err := exec.LookPath("pg_config")
	if err != nil {
		return ""
	}
	box := sandbox.Host(sandbox.Limits{})
	defer box.Close()
	out, err := finish(box, sandbox.Spec{Path: path, Args: []string{"--bindir"}, Dir: "/"}, 10*time.Second)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(out)
}

// finish runs a program to its end, and returns what it prints.
func finish(box sandbox.Box, s sandbox.Spec, within time.Duration) (string, error) {
	name := filepath.Base(s.Path)
	p, err := box.Start(s)
	if err != nil {
		return "", err
	}
	select {
	case <-p.Done():
	case <-time.After(within):
		p.Kill()
		return "", fmt.Errorf("%s does not end within %v", name, within)
	}
	if e := p.Exit(); e != (sandbox.Exit{}) {
		return "", fmt.Errorf("%s %v: %s", name, e, strings.TrimSpace(p.Stderr()))
	}
	return p.Stdout(), nil
}

// size is how many bytes the files of a folder have; files that go meanwhile are none.
func size(dir string) (sum int64) {
	filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			sum += info.Size()
		}
		return nil
	})
	return sum
}
