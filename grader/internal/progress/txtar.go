package progress

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/diff"
	"github.com/rogpeppe/go-internal/txtar"

	"echofromzero/grader/internal/catalog"
)

// pack makes a txtar of the files, sorted. What a txtar cannot hold as it is (no
// final newline, a line like a file marker) is base64, and the archive's comment
// lists it; a name it cannot hold is a quoted Go string.
func pack(files catalog.Files) []byte {
	var a txtar.Archive
	var encoded []byte
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := txtar.File{Name: name, Data: files[name]}
		if strings.HasPrefix(name, `"`) || !survives(txtar.File{Name: name}) {
			f.Name = strconv.Quote(name)
		}
		if !survives(f) {
			f.Data = append(base64.StdEncoding.AppendEncode(nil, f.Data), '\n')
			encoded = fmt.Appendf(encoded, "base64 %s\n", f.Name)
		}
		a.Files = append(a.Files, f)
	}
	a.Comment = encoded
	return txtar.Format(&a)
}

// survives reports whether a file comes out of a txtar as it went in.
func survives(f txtar.File) bool {
	a, err := parse(txtar.Format(&txtar.Archive{Files: []txtar.File{f, {Name: "end"}}}))
	return err == nil && len(a.Files) == 2 && a.Files[0].Name == f.Name && bytes.Equal(a.Files[0].Data, f.Data)
}

// parse is txtar.Parse, which panics on a marker without a name, "-- --".
func parse(data []byte) (a *txtar.Archive, err error) {
	defer func() {
		if p := recover(); p != nil {
			a, err = nil, errors.New("a file's marker has no name")
		}
	}()
	return txtar.Parse(data), nil
}

// unpack is pack's inverse.
func unpack(data []byte) (catalog.Files, error) {
	a, err := parse(data)
	if err != nil {
		return nil, err
	}
	encoded := map[string]bool{}
	for line := range strings.Lines(string(a.Comment)) {
		name, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), "base64 ")
		if !ok {
			return nil, fmt.Errorf("unknown line %q", line)
		}
		encoded[name] = true
	}
	files := catalog.Files{}
	for _, f := range a.Files {
		name, content := f.Name, f.Data
		var err error
		if encoded[f.Name] {
			content, err = base64.StdEncoding.AppendDecode(nil, bytes.TrimSuffix(content, []byte("\n")))
		}
		if strings.HasPrefix(name, `"`) {
			var qerr error
			name, qerr = strconv.Unquote(name)
			err = errors.Join(err, qerr)
		}
		if err != nil {
			return nil, fmt.Errorf("file %q: %w", f.Name, err)
		}
		files[name] = content
	}
	return files, nil
}

// Diff returns a unified diff of two sets of files, by name: what was added,
// removed and changed; nil when they are equal. The prefix, a slash-separated
// folder such as "phases/01-hello", goes before each name. Of content that is no
// text it says only that it differs.
func Diff(old, new catalog.Files, prefix string) []byte {
	all := maps.Clone(old)
	if all == nil {
		all = catalog.Files{}
	}
	maps.Copy(all, new)
	var out bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(all)) {
		x, inOld := old[name]
		y, inNew := new[name]
		from, to := path.Join("a", prefix, name), path.Join("b", prefix, name)
		if !inOld {
			from = "/dev/null"
		}
		if !inNew {
			to = "/dev/null"
		}
		switch {
		case bytes.Equal(x, y) && inOld == inNew:
		case bytes.IndexByte(x, 0) >= 0 || bytes.IndexByte(y, 0) >= 0:
			fmt.Fprintf(&out, "Binary files %s and %s differ\n", from, to)
		case bytes.Equal(x, y): // an empty file came or went
			fmt.Fprintf(&out, "diff %s %s\n--- %s\n+++ %s\n", from, to, from, to)
		default:
			out.Write(diff.Diff(from, x, to, y))
		}
	}
	return out.Bytes()
}
