package build

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"go/build/constraint"
	"go/scanner"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// raceNeedsC: everywhere but on macOS the race detector is linked by a C compiler.
const raceNeedsC = runtime.GOOS != "darwin"

// raceSystems are those that Go has a race detector for.
var raceSystems = []string{"linux/amd64", "linux/arm64", "linux/loong64", "linux/ppc64le", "linux/riscv64", "linux/s390x",
	"darwin/amd64", "darwin/arm64", "freebsd/amd64", "netbsd/amd64", "windows/amd64"}

// NoRace says why no program can be built with the race detector on this machine,
// or "": "this machine has no C compiler".
func (b *Builder) NoRace() string {
	why := b.tool.noRace(runtime.GOOS + "/" + runtime.GOARCH)
	if why == "" && raceNeedsC {
		why = b.noC()
	}
	return why
}

// tiny is a program that compiles only where C's headers and library are too.
const tiny = "#include <stdlib.h>\n#include <pthread.h>\nint main(void) { return EXIT_SUCCESS; }\n"

// probeC lets the C compiler make a program, and remembers that it could: a compiler
// is often there without the library (Debian's gcc without libc6-dev).
func (b *Builder) probeC() string {
	cc := b.tool.compilerOfC()
	file, err := exec.LookPath(strings.Fields(cc)[0])
	if err != nil {
		return "this machine has no C compiler"
	}
	changed := time.Time{}
	if info, err := os.Stat(file); err == nil {
		changed = info.ModTime()
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s", cc, file, changed))
	stamp := filepath.Join(b.cache, "cc-"+hex.EncodeToString(sum[:16]))
	if _, err := os.Stat(stamp); err == nil {
		return ""
	}
	dir, err := os.MkdirTemp(b.scratch, "cc-")
	if err != nil {
		return "" // whoever builds is told
	}
	defer os.RemoveAll(dir)
	source := filepath.Join(dir, "tiny.c")
	if os.WriteFile(source, []byte(tiny), 0o600) != nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(context.Background(), Limit)
	defer cancel()
	words := strings.Fields(cc)
	cmd := exec.CommandContext(ctx, file, append(words[1:], "-pthread", "-o", filepath.Join(dir, "tiny"), source)...)
	cmd.Dir = dir
	if cmd.Run() != nil {
		return "the C compiler of this machine, " + cc + ", makes no program (does it lack the C library's headers?)"
	}
	os.WriteFile(stamp, nil, 0o644) // that it cannot costs time, and nothing else
	return ""
}

func (t *Toolchain) noRace(system string) string {
	if !slices.Contains(raceSystems, system) {
		return "Go has none for " + system
	}
	if !raceNeedsC {
		return ""
	}
	if t.compilerOfC() == "" {
		return "this machine has no C compiler"
	}
	return ""
}

// compilerOfC is the command that `go env` names, or another C compiler that is
// there, or "".
func (t *Toolchain) compilerOfC() string {
	for _, cc := range []string{t.Env["CC"], "gcc", "clang", "cc"} {
		words := strings.Fields(cc)
		if len(words) == 0 {
			continue
		}
		if _, err := exec.LookPath(words[0]); err == nil {
			return cc
		}
	}
	return ""
}

// hidden lists what would make a program another one under the race detector than
// without, or hide a part of it: directives and build constraints.
func hidden(text []byte) []Error {
	var list []Error
	var s scanner.Scanner
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	s.Init(file, text, func(token.Position, string) {}, scanner.ScanComments) // the compiler tells the errors
	for {
		at, tok, comment := s.Scan()
		if tok == token.EOF {
			return list
		}
		if tok != token.COMMENT {
			continue
		}
		if msg := refuseComment(comment); msg != "" {
			pos := file.PositionFor(at, false) // where it stands, whatever a //line says
			list = append(list, Error{Line: pos.Line, Col: pos.Column, Msg: msg})
		}
	}
}

// refuseComment says why a comment is not accepted, or "".
func refuseComment(comment string) string {
	directive, _, _ := strings.Cut(strings.TrimRight(comment, "\r"), " ")
	directive, _, _ = strings.Cut(directive, "\t")
	switch directive {
	case "//go:norace":
		return "//go:norace is not accepted: it hides a function from the race detector, which checks of this course use"
	case "//go:linkname":
		return "//go:linkname is not accepted: the exercises need nothing that a package keeps to itself"
	}
	if !constraint.IsGoBuild(comment) && !constraint.IsPlusBuild(comment) {
		return ""
	}
	expr, err := constraint.Parse(comment)
	if err != nil {
		return "" // the compiler says it
	}
	refused := ""
	expr.Eval(func(tag string) bool { // it asks for every tag
		if tag == "race" || tag == "cgo" {
			refused = tag
		}
		return true
	})
	if refused == "" {
		return ""
	}
	return fmt.Sprintf("a build constraint on %q is not accepted: the program must be the same with the race detector and without", refused)
}
