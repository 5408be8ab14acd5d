package scaffold

import (
	"bytes"
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"text/template"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/verify"
)

// The templates: laid out as the result, with NN-name, N.1 and name.go in paths
// for what the phase calls them, and .tmpl behind each name.
//
//go:embed all:template
var templates embed.FS

// fill adds what the templates make to files.
func (p *phase) fill(files catalog.Files) error {
	paths := strings.NewReplacer("NN-name", p.Name, "/N.", "/"+p.Prefix+".", "name.go", p.File)
	return fs.WalkDir(templates, "template", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		t, err := template.New(name).Option("missingkey=error").ParseFS(templates, name)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		if err := t.ExecuteTemplate(&out, path.Base(name), p); err != nil {
			return err
		}
		files[paths.Replace(strings.TrimSuffix(strings.TrimPrefix(name, "template/"), ".tmpl"))] = out.Bytes()
		return nil
	})
}

// write puts the files in place, all or none: the folder is made beside its place
// and renamed, and the quiz comes last, so that a course that has the quiz has
// the whole phase.
func (p *phase) write(dir string, files catalog.Files) ([]string, error) {
	tmp, err := os.MkdirTemp(filepath.Join(dir, "phases"), ".new-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(tmp)
	top := "phases/" + p.Name + "/"
	quiz := files[p.quiz()]
	for name, data := range files {
		if rel, ok := strings.CutPrefix(name, top); ok {
			if err := writeFile(filepath.Join(tmp, p.Name, filepath.FromSlash(rel)), data); err != nil {
				return nil, err
			}
		}
	}
	starter, err := pack(tmp, p.Name)
	if err != nil {
		return nil, err
	}
	archive := catalog.Hidden + "/starter.txtar"
	if err := writeFile(filepath.Join(tmp, p.Name, filepath.FromSlash(archive)), starter); err != nil {
		return nil, err
	}
	place := filepath.Join(dir, "phases", p.Name)
	if err := os.Rename(filepath.Join(tmp, p.Name), place); err != nil {
		return nil, err
	}
	if err := writeFile(filepath.Join(dir, "quiz", p.Name+".json"), quiz); err != nil {
		os.RemoveAll(place)
		return nil, err
	}
	files[top+archive] = starter
	return slices.Sorted(maps.Keys(files)), nil
}

// pack makes the archive that `grader pack` would make of the phase in root.
func pack(root, name string) ([]byte, error) {
	top, err := verify.Top(os.DirFS(root), name)
	if err != nil {
		return nil, err
	}
	return catalog.PackStarter(top)
}

// writeFile makes a new file and the folders it is in. A file that it cannot
// write in full it removes.
func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		os.Remove(name)
		return fmt.Errorf("write %s: %w", filepath.Base(name), err)
	}
	return nil
}
