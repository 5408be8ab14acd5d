package build

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/modfile"

	"echofromzero/grader/internal/catalog"
)

// Warm makes sure that a build of the phase needs neither the network nor the
// compilation of what its modules bring: it fetches what the reference program
// imports, through the user's proxy, and compiles that once; for the race detector
// too, if a suite of the phase wants it.
func (b *Builder) Warm(ctx context.Context, phase string) error {
	if err := b.warm(ctx, phase, false); err != nil {
		return err
	}
	if p := b.course.Phase(phase); p == nil || !p.Race() || b.NoRace() != "" {
		return nil
	}
	return b.warm(ctx, phase, true)
}

func (b *Builder) warm(ctx context.Context, phase string, race bool) error {
	stamp := b.stamp(phase, race)
	if _, err := os.Stat(stamp); err == nil {
		return nil
	}
	src := Source{Phase: phase, Files: catalog.Files{}}
	if p := b.course.Phase(phase); p != nil {
		src.Files = p.Solution
	}
	if len(src.Files) == 0 { // a source that is no phase of the course: nothing known to warm
		return nil
	}
	root, err := b.root(src)
	if err != nil {
		return err
	}
	defer os.RemoveAll(root)
	if err := b.fetch(ctx, root, []string{"list", "-deps", "-test", "./phases/" + phase + "/..."}); err != nil {
		return err
	}
	// It is said only when it takes long: with a warm cache it does not.
	timer := time.AfterFunc(700*time.Millisecond, func() {
		what := "compiling the standard library and Echo once (up to a minute)"
		if race {
			what = "compiling the standard library and Echo once more, for the race detector (up to two minutes)"
		}
		b.progress(what, "")
	})
	defer timer.Stop()
	args := slices.Concat([]string{"list", "-deps", "-test", "-export"}, flagsOf(race), []string{"-f", "{{if .Error}}{{.Error}}{{end}}", "./phases/" + phase})
	res, err := b.run(ctx, root, b.tool.sealed(tmpOf(root), race), args, 0, nil)
	if err != nil {
		return fmt.Errorf("compile the course's modules: %w", err)
	}
	if res.Code != 0 { // the reference does not compile: whoever builds it is told why
		return nil
	}
	return os.WriteFile(stamp, []byte(phase+"\n"), 0o644)
}

// stamp is the file that says that a phase is warm in these caches.
func (b *Builder) stamp(phase string, race bool) string {
	h := sha256.New()
	fmt.Fprintln(h, b.tool.Version, b.tool.Env["GOCACHE"], b.tool.Env["GOMODCACHE"], phase)
	h.Write(b.course.GoSum)
	if race {
		fmt.Fprintln(h, "race", b.tool.compilerOfC())
	}
	return filepath.Join(b.cache, "warm-"+hex.EncodeToString(h.Sum(nil))[:32])
}

func (b *Builder) unstamp(phase string) {
	os.Remove(b.stamp(phase, false))
	os.Remove(b.stamp(phase, true))
}

var downloading = regexp.MustCompile(`^go: downloading (.*)$`)

// fetch runs a go command with the user's proxy, and tells each module it fetches.
func (b *Builder) fetch(ctx context.Context, root string, args []string) error {
	res, err := b.run(ctx, root, b.tool.online(tmpOf(root)), args, 0, func(line string) {
		if m := downloading.FindStringSubmatch(line); m != nil {
			b.progress("downloading modules", m[1])
		}
	})
	if err != nil {
		return fmt.Errorf("download modules: %w", err)
	}
	if res.Code != 0 {
		return fmt.Errorf("download modules: %s\nThe first check of a phase needs the network. GOPROXY is %q", trimmed(res.output), b.tool.Env["GOPROXY"])
	}
	return nil
}

var lookupOff = regexp.MustCompile(`(?m)(?:module lookup disabled by GOPROXY=off|: cannot find module providing package)`)
var importOf = regexp.MustCompile(`([a-z0-9.-]+\.[a-z]+/[A-Za-z0-9_./~-]+)`)

// offline runs a go command without the network. If it misses a module that the
// course lists, that module is fetched with the user's settings and the command
// is run once more.
func (b *Builder) offline(ctx context.Context, root string, src Source, args []string, limit time.Duration) (result, error) {
	fetched := map[string]bool{}
	for {
		res, err := b.run(ctx, root, b.tool.sealed(tmpOf(root), src.Race), args, limit, nil)
		if err != nil || res.Code == 0 || !lookupOff.MatchString(res.output) {
			return res, err
		}
		modules := slices.DeleteFunc(b.listed(res.output), func(m string) bool { return fetched[m] })
		if len(modules) == 0 {
			return res, nil
		}
		for _, m := range modules {
			fetched[m] = true
		}
		b.unstamp(src.Phase)
		if err := b.fetch(ctx, root, append([]string{"mod", "download"}, modules...)); err != nil {
			return result{}, err
		}
	}
}

// listed returns the course's modules, as path@version, that the output of a
// failed command names.
func (b *Builder) listed(output string) []string {
	f, err := modfile.ParseLax("go.mod", b.course.GoMod, nil)
	if err != nil {
		return nil
	}
	var found []string
	for line := range strings.SplitSeq(output, "\n") {
		if !lookupOff.MatchString(line) {
			continue
		}
		for _, name := range importOf.FindAllString(line, -1) {
			for _, r := range f.Require {
				if name == r.Mod.Path || strings.HasPrefix(name, r.Mod.Path+"/") {
					found = append(found, r.Mod.Path+"@"+r.Mod.Version)
				}
			}
		}
	}
	return found
}

func trimmed(output string) string {
	const most = 2000
	output = strings.TrimSpace(output)
	if len(output) > most {
		return output[:most] + " …"
	}
	return output
}

// lineWriter calls each for every whole line written to it.
type lineWriter struct {
	rest []byte
	each func(string)
}

func (w *lineWriter) Write(p []byte) (int, error) {
	w.rest = append(w.rest, p...)
	for {
		line, rest, ok := bytes.Cut(w.rest, []byte("\n"))
		if !ok {
			return len(p), nil
		}
		w.each(string(line))
		w.rest = rest
	}
}
