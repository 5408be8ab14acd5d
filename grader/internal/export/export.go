// Package export makes what other platforms grade with: files that call the grader.
// It grades nothing itself.
package export

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/template"
)

//go:embed setup.sh
var setup string

//go:embed run_autograder
var runAutograder string

//go:embed class.yml
var workflow string

// Options of an export.
type Options struct {
	Phases []string // what to grade, by number or name; none: all
	Go     string   // version of Go to grade with: "go1.26.0"
	Arch   string   // of the grader's program; see CheckProgram
}

// ErrProgram means that a program cannot be the grader of a Gradescope autograder.
var ErrProgram = errors.New("the grader for Gradescope must be a program for Linux that needs no shared library")

// CheckProgram returns the architecture, as Go names it, of a program that runs in any
// Linux container. Another one is ErrProgram.
func CheckProgram(r io.ReaderAt) (arch string, err error) {
	f, err := elf.NewFile(r)
	if err != nil {
		return "", fmt.Errorf("%w: this one is for another system", ErrProgram)
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			return "", fmt.Errorf("%w: this one needs some", ErrProgram)
		}
	}
	switch f.Machine {
	case elf.EM_X86_64:
		return "amd64", nil
	case elf.EM_AARCH64:
		return "arm64", nil
	}
	return "", fmt.Errorf("%w: this one is for %v", ErrProgram, f.Machine)
}

// Gradescope writes the zip of an autograder
// (gradescope-autograders.readthedocs.io/en/latest/specs) with the grader's program.
func Gradescope(w io.Writer, program io.Reader, o Options) error {
	z := zip.NewWriter(w)
	for _, f := range []struct{ name, text string }{{"setup.sh", setup}, {"run_autograder", runAutograder}} {
		text, err := fill(f.name, f.text, o)
		if err != nil {
			return err
		}
		if err := add(z, f.name, strings.NewReader(text)); err != nil {
			return err
		}
	}
	if err := add(z, "grader", program); err != nil {
		return err
	}
	return z.Close()
}

// add adds a file that can be run.
func add(z *zip.Writer, name string, r io.Reader) error {
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	h.SetMode(0o755)
	w, err := z.CreateHeader(h)
	if err == nil {
		_, err = io.Copy(w, r)
	}
	return err
}

// GitHub returns a GitHub Actions workflow that grades a learner's repository.
func GitHub(o Options) (string, error) {
	if len(o.Phases) == 0 {
		o.Phases = []string{"all"}
	}
	return fill("class.yml", strings.ReplaceAll(workflow, "${{", "$((("), o)
}

func fill(name, text string, o Options) (string, error) {
	t, err := template.New(name).Parse(text)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	if err := t.Execute(&b, o); err != nil {
		return "", err
	}
	return strings.ReplaceAll(b.String(), "$(((", "${{"), nil
}
