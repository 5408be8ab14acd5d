package catalog

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

var editName = regexp.MustCompile(`^(.+)/(find|replace)([0-9]*)$`)

func loadMutants(fsys fs.FS, p *Phase, dir string, errs []error) []error {
	names, errs := txtarFiles(fsys, dir, errs)
	for _, name := range names {
		var data []byte
		n := len(errs)
		if data, errs = readFile(fsys, name, errs); len(errs) > n {
			continue
		}
		m, err := ParseMutant(name, data)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, id := range m.Kills {
			if e := p.Exercise(id); e == nil {
				errs = append(errs, &Error{File: name, Msg: fmt.Sprintf("kills %q, which is no exercise of %s", id, p.Name)})
			}
		}
		p.Mutants = append(p.Mutants, m)
	}
	return errs
}

// ParseMutant reads one mutant: a title line, a line `kills: 3.2, 3.3`, and pairs of
// files main.go/find and main.go/replace (find2, replace2 for a second edit).
func ParseMutant(file string, data []byte) (*Mutant, error) {
	a, err := archive(file, data)
	if err != nil {
		return nil, err
	}
	m := &Mutant{File: file, Name: strings.TrimSuffix(path.Base(file), ".txtar")}
	for i, line := range strings.Split(string(a.Comment), "\n") {
		line = strings.TrimSpace(line)
		if kills, ok := strings.CutPrefix(line, "kills:"); ok {
			for id := range strings.SplitSeq(kills, ",") {
				if id = strings.TrimSpace(id); slices.Contains(m.Kills, id) {
					return nil, &Error{File: file, Line: i + 1, Msg: fmt.Sprintf("kills %q twice", id)}
				}
				m.Kills = append(m.Kills, id)
			}
		} else if m.Title == "" {
			m.Title = line
		}
	}
	if m.Title == "" || len(m.Kills) == 0 || slices.Contains(m.Kills, "") {
		return nil, &Error{File: file, Line: 1, Msg: "begins with a title and a line such as `kills: 3.2`"}
	}
	if m.Edits, err = parseEdits(file, a.Files); err != nil {
		return nil, err
	}
	return m, nil
}

// parseEdits reads pairs of files main.go/find and main.go/replace.
func parseEdits(file string, files []txtar.File) ([]Edit, error) {
	var edits []Edit
	for i := 0; i < len(files); i += 2 {
		find := editName.FindStringSubmatch(files[i].Name)
		if find == nil || find[2] != "find" || i+1 == len(files) || files[i+1].Name != find[1]+"/replace"+find[3] {
			return nil, &Error{File: file, Msg: fmt.Sprintf("%q is not followed by its pair: files come as main.go/find, main.go/replace", files[i].Name)}
		}
		edits = append(edits, Edit{
			File:    find[1],
			Find:    strings.TrimSuffix(string(files[i].Data), "\n"),
			Replace: strings.TrimSuffix(string(files[i+1].Data), "\n"),
		})
	}
	if len(edits) == 0 {
		return nil, &Error{File: file, Msg: "edits nothing: add main.go/find and main.go/replace"}
	}
	return edits, nil
}

// Edited returns a copy of the set with the edits made, in order. The text to find
// must occur exactly once, and each edit must change something; otherwise the error
// names the file that holds the edits.
func (f Files) Edited(file string, edits []Edit) (Files, error) {
	out := f.Clone()
	var errs []error
	for _, e := range edits {
		bad := func(format string, args ...any) {
			errs = append(errs, &Error{File: file, Msg: fmt.Sprintf(format, args...)})
		}
		data, ok := out[e.File]
		if !ok {
			bad("edits %s, which the reference does not have", e.File)
			continue
		}
		switch n := bytes.Count(data, []byte(e.Find)); {
		case e.Find == "":
			bad("the text to find in %s is empty", e.File)
		case e.Find == e.Replace:
			bad("the edit of %s changes nothing", e.File)
		case n != 1:
			bad("the text to find occurs %d times in %s: it must occur exactly once", n, e.File)
		default:
			out[e.File] = bytes.Replace(data, []byte(e.Find), []byte(e.Replace), 1)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return out, nil
}
