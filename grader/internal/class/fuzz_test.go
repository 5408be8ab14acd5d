package class

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"testing"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/workspace"
)

// An entry of an archive in these tests.
type entry struct {
	name, data string
	mode       fs.FileMode // 0: a regular file
	link       string
}

func zipOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(e.mode | 0o644)
		w, err := z.CreateHeader(h)
		if err == nil {
			_, err = w.Write([]byte(e.data + e.link))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func tarOf(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	gz := gzip.NewWriter(&b)
	w := tar.NewWriter(gz)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Size: int64(len(e.data)), Mode: 0o644, Typeflag: tar.TypeReg, Linkname: e.link}
		switch {
		case e.mode&fs.ModeSymlink != 0:
			h.Typeflag = tar.TypeSymlink
		case e.mode&fs.ModeDir != 0:
			h.Typeflag = tar.TypeDir
		case e.mode&fs.ModeNamedPipe != 0:
			h.Typeflag = tar.TypeFifo
		case e.mode&fs.ModeDevice != 0:
			h.Typeflag = tar.TypeChar
		case e.link != "":
			h.Typeflag = tar.TypeLink
		}
		err := w.WriteHeader(h)
		if err == nil {
			_, err = w.Write([]byte(e.data))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), gz.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const hello = "package main\n\nfunc main() {}\n"

// tiny is a course of one phase with a pinned file.
func tiny() *catalog.Course {
	return &catalog.Course{Phases: []*catalog.Phase{{Name: "01-tiny", Number: "01", Title: "Tiny", Pinned: []string{"pinned.go"},
		Solution: catalog.Files{"main.go": []byte(hello), "pinned.go": []byte("package main\n")}}}}
}

// FuzzArchive ensures that any bytes are an archive whose phases can be read, with
// names that lead nowhere else, or a refusal that says why.
func FuzzArchive(f *testing.F) {
	odd := []entry{
		{name: "ws/phases/01-tiny/main.go", data: hello}, {name: "ws/phases/01-tiny/x.s", data: "TEXT"},
		{name: "../up.go", data: hello}, {name: "/abs.go", data: hello}, {name: `a\b.go`, data: hello},
		{name: "ws/phases/01-tiny/link.go", mode: fs.ModeSymlink, link: "/etc/passwd"}, {name: "ws/phases/01-tiny/pinned.go/x.go", data: hello},
		{name: "ws/.git/config", data: "x"}, {name: "ws/phases/01-tiny/main.go", data: hello}, {name: "dir/", mode: fs.ModeDir},
	}
	plain := []entry{{name: "main.go", data: hello}}
	for _, entries := range [][]entry{odd, plain, nil} {
		f.Add(zipOf(f, entries...), true)
		f.Add(tarOf(f, entries...), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, zipped bool) {
		kind := ".tar.gz"
		if zipped {
			kind = ".zip"
		}
		tree, _, err := unpack(bytes.NewReader(data), int64(len(data)), kind)
		var refused refusal
		if err != nil {
			if !errors.As(err, &refused) || refused == "" {
				t.Fatalf("no refusal: %v", err)
			}
			return
		}
		c := tiny()
		for _, named := range []bool{false, true} {
			in := &reader{course: c, phases: c.Phases, named: named}
			parts, err := in.parts(tree)
			if err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
			for _, p := range parts {
				checkFiles(t, p)
			}
		}
	})
}

// checkFiles fails if the files of a part could not be written into one folder.
func checkFiles(t *testing.T, p part) {
	t.Helper()
	if p.refused == "" && len(p.source.Files) == 0 {
		t.Fatal("neither files nor a refusal")
	}
	total := 0
	for name, data := range p.source.Files {
		if !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) || bytes.ContainsAny([]byte(name), "\\\x00") {
			t.Fatalf("the name %q leads elsewhere", name)
		}
		for up := path.Dir(name); up != "."; up = path.Dir(up) {
			if p.source.Files[up] != nil {
				t.Fatalf("%q is below the file %q", name, up)
			}
		}
		total += len(data)
	}
	if total > maxKept {
		t.Fatalf("%d bytes were kept", total)
	}
}

var _ workspace.Tree = (*memory)(nil)
