package catalog

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
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
	for i := 0; i < len(a.Files); i += 2 {
		find := editName.FindStringSubmatch(a.Files[i].Name)
		if find == nil || find[2] != "find" || i+1 == len(a.Files) || a.Files[i+1].Name != find[1]+"/replace"+find[3] {
			return nil, &Error{File: file, Msg: fmt.Sprintf("%q is not followed by its pair: files come as main.go/find, main.go/replace", a.Files[i].Name)}
		}
		m.Edits = append(m.Edits, Edit{
			File:    find[1],
			Find:    strings.TrimSuffix(string(a.Files[i].Data), "\n"),
			Replace: strings.TrimSuffix(string(a.Files[i+1].Data), "\n"),
		})
	}
	if len(m.Edits) == 0 {
		return nil, &Error{File: file, Msg: "edits nothing: add main.go/find and main.go/replace"}
	}
	return m, nil
}
