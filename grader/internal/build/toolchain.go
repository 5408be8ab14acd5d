package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"echofromzero/grader/internal/sandbox"
)

// A Toolchain is the user's Go, with the settings that fetching modules needs.
type Toolchain struct {
	Path    string            // of the go command
	Version string            // "go1.26.0"
	Env     map[string]string // of `go env`, as the user has it
}

// ErrNoGo is wrapped by the error of Find when there is no usable Go.
var ErrNoGo = errors.New("no usable Go")

// download is where Go is had.
const download = "https://go.dev/dl/"

// wanted are the settings read of the user's Go.
var wanted = []string{"GOVERSION", "GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE", "GOPROXY", "GONOPROXY", "GOPRIVATE",
	"GOSUMDB", "GONOSUMDB", "GOINSECURE", "GOAUTH", "GOVCS", "CC"}

// Find looks for go on the PATH and asks it for its settings; the answer is kept
// in the folder cache, unless that is "", as long as the command and the settings' file stay as they are. goMod
// names the oldest version that will do.
func Find(ctx context.Context, cache string, goMod []byte) (*Toolchain, error) {
	path, err := exec.LookPath("go")
	if err != nil {
		return nil, fmt.Errorf("%w: there is no `go` on the PATH. Install Go %s or newer from %s and open a new terminal", ErrNoGo, Oldest(goMod), download)
	}
	if path, err = filepath.Abs(path); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoGo, err)
	}
	t := &Toolchain{Path: path}
	file := filepath.Join(cache, "toolchain-"+t.fingerprint()+".json")
	if data, err := os.ReadFile(file); cache == "" || err != nil || json.Unmarshal(data, t) != nil || t.Path != path || t.Version == "" {
		*t = Toolchain{Path: path}
		if err := t.ask(ctx); err != nil {
			return nil, err
		}
		if data, err := json.Marshal(t); err == nil && cache != "" && os.MkdirAll(cache, 0o755) == nil {
			os.WriteFile(file, data, 0o644)
		}
	}
	if need := Oldest(goMod); version.Compare(t.Version, "go"+need) < 0 {
		return nil, fmt.Errorf("%w: %s is %s, and the course needs Go %s or newer. Install it from %s", ErrNoGo, t.Path, t.Version, need, download)
	}
	return t, nil
}

// Oldest is the version of Go that a go.mod asks for, such as "1.26.0".
func Oldest(goMod []byte) string {
	if f, err := modfile.ParseLax("go.mod", goMod, nil); err == nil && f.Go != nil {
		return f.Go.Version
	}
	return "1.26.0"
}

// fingerprint changes when the answers of `go env` may change.
func (t *Toolchain) fingerprint() string {
	h := sha256.New()
	fmt.Fprintln(h, t.Path, wanted)
	files := []string{t.Path, os.Getenv("GOENV")}
	if real, err := filepath.EvalSymlinks(t.Path); err == nil {
		files = append(files, real, filepath.Join(filepath.Dir(real), "..", "VERSION"), filepath.Join(filepath.Dir(real), "..", "go.env"))
	}
	if dir, err := os.UserConfigDir(); err == nil {
		files = append(files, filepath.Join(dir, "go", "env"))
	}
	for _, f := range files {
		if info, err := os.Stat(f); err == nil {
			fmt.Fprintln(h, f, info.Size(), info.ModTime().UnixNano())
		}
	}
	env := slices.DeleteFunc(os.Environ(), func(kv string) bool {
		return !strings.HasPrefix(kv, "GO") && !strings.HasPrefix(kv, "CC=") && !strings.HasPrefix(kv, "HOME=") && !strings.HasPrefix(kv, "XDG_")
	})
	slices.Sort(env)
	fmt.Fprintln(h, env)
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// ask runs `go env`.
func (t *Toolchain) ask(ctx context.Context) error {
	box := sandbox.Host(sandbox.Limits{})
	defer box.Close()
	p, err := box.Start(sandbox.Spec{Path: t.Path, Args: append([]string{"env", "-json"}, wanted...),
		Dir: os.TempDir(), Env: append(os.Environ(), "GOTOOLCHAIN=local")})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoGo, err)
	}
	select {
	case <-p.Done():
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(Limit):
		return fmt.Errorf("%w: `go env` does not answer", ErrNoGo)
	}
	if e := p.Exit(); e.Code != 0 {
		return fmt.Errorf("%w: `go env` %s: %s", ErrNoGo, e, strings.TrimSpace(p.Output()))
	}
	if err := json.Unmarshal([]byte(p.Stdout()), &t.Env); err != nil {
		return fmt.Errorf("%w: `go env` gave no JSON: %w", ErrNoGo, err)
	}
	t.Version = strings.Fields(t.Env["GOVERSION"] + " unknown")[0]
	return nil
}

// common is the part of the environment that every go command gets. tmp must not
// be the module's own folder: go ignores a go.mod at the top of TMPDIR.
func (t *Toolchain) common(tmp string) []string {
	env := []string{"GOENV=off", "GOWORK=off", "GOTOOLCHAIN=local", "GO111MODULE=on", "GOFLAGS=-mod=readonly",
		"TMPDIR=" + tmp, "TMP=" + tmp, "TEMP=" + tmp, "PATH=" + os.Getenv("PATH")}
	for _, key := range []string{"GOROOT", "GOPATH", "GOCACHE", "GOMODCACHE"} {
		env = append(env, key+"="+t.Env[key])
	}
	for _, key := range []string{"HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA"} { // for the go command's own files
		if v, ok := os.LookupEnv(key); ok {
			env = append(env, key+"="+v)
		}
	}
	return env
}

// sealed is the environment of a graded build: no network, nothing of the user's
// but, for the race detector, the C compiler.
func (t *Toolchain) sealed(tmp string, race bool) []string {
	env := append(t.common(tmp), "GOPROXY=off", "GOSUMDB=off", "GOVCS=*:off")
	if race && raceNeedsC {
		return append(env, "CGO_ENABLED=1", "CC="+t.compilerOfC())
	}
	return append(env, "CGO_ENABLED=0")
}

// online is the environment for fetching modules, with the user's proxy.
func (t *Toolchain) online(tmp string) []string {
	env := append(t.common(tmp), "CGO_ENABLED=0")
	for _, key := range wanted {
		if strings.Contains(key, "PROXY") || strings.Contains(key, "SUM") || key == "GOPRIVATE" || key == "GOINSECURE" || key == "GOAUTH" || key == "GOVCS" {
			env = append(env, key+"="+t.Env[key])
		}
	}
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		switch strings.ToUpper(name) {
		case "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR", "NETRC":
			env = append(env, kv)
		}
	}
	return env
}
