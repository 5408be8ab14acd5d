package catalog_test

import (
	"bytes"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

// An edit changes the files of the small course.
type edit func(*testing.T, fstest.MapFS)

// put writes a file; the empty text is an empty file.
func put(name, text string) edit {
	return func(_ *testing.T, fsys fstest.MapFS) { fsys[name] = &fstest.MapFile{Data: []byte(text)} }
}

// sub replaces a text that stands once in a file.
func sub(name, before, after string) edit {
	return func(t *testing.T, fsys fstest.MapFS) {
		t.Helper()
		require.Contains(t, fsys, name)
		require.Equal(t, 1, bytes.Count(fsys[name].Data, []byte(before)), "%q must stand once in %s", before, name)
		put(name, strings.Replace(string(fsys[name].Data), before, after, 1))(t, fsys)
	}
}

// del removes a file, or a folder when the name ends with a slash.
func del(name string) edit {
	return func(t *testing.T, fsys fstest.MapFS) {
		t.Helper()
		n := len(fsys)
		for file := range fsys {
			if file == name || strings.HasSuffix(name, "/") && strings.HasPrefix(file, name) {
				delete(fsys, file)
			}
		}
		require.Less(t, len(fsys), n, "%s is not there", name)
	}
}

// course is the small course of testdata, edited.
func course(t *testing.T, edits ...edit) fstest.MapFS {
	t.Helper()
	a, err := txtar.ParseFile("testdata/course.txtar")
	require.NoError(t, err)
	fsys := fstest.MapFS{}
	for _, f := range a.Files {
		data := f.Data
		if path.Ext(f.Name) == ".txtar" {
			data, err = txtar.Unquote(data)
			require.NoError(t, err, f.Name)
		}
		fsys[f.Name] = &fstest.MapFile{Data: data}
	}
	for _, e := range edits {
		e(t, fsys)
	}
	return fsys
}

// TestLoad ensures that everything of a course arrives where it belongs.
func TestLoad(t *testing.T) {
	c, err := catalog.Load(course(t))
	require.NoError(t, err)
	require.Equal(t, "module tiny\n\ngo 1.26.0\n", string(c.GoMod))
	require.Empty(t, c.GoSum)

	var names []string
	for _, p := range c.Phases {
		names = append(names, p.Name)
	}
	require.Equal(t, []string{"01-one", "01-one/url-short", "02-two"}, names, "a capstone follows its phase")

	p := c.Phases[0]
	require.Equal(t, "01", p.Number)
	require.Equal(t, "phases/01-one", p.Dir())
	require.Equal(t, "One", p.Title)
	require.Equal(t, "The first phase.", p.Summary)
	require.Equal(t, 5, p.Minutes)
	require.Equal(t, []string{"pinned.go"}, p.Pinned)
	require.Equal(t, []string{"main.go"}, p.Rewritten)
	require.Equal(t, []string{"curl -i http://localhost:8080/"}, p.Try)
	require.Equal(t, "# One\n", string(p.Lesson))
	require.Equal(t, map[string]string{"data/list.txt": "one\n", "main.go": "package main\n\n// TODO 1.1: say hello\nfunc main() {}\n"}, texts(p.Starter))
	require.Equal(t, map[string]string{"main.go": "package main\n\nfunc main() { println(\"hello\") }\n", "pinned.go": "package main\n"}, texts(p.Solution))
	require.Equal(t, map[string]string{"main.go": "package main\n\nfunc main() { print(\"hello\\n\") }\n", "sub/sub.go": "package sub\n"}, texts(p.Second))
	require.Equal(t, "quiz/01-one.json", p.QuizFile)
	require.Equal(t, []catalog.Question{{Q: "Two?", Choices: []string{"one", "two"}, Answer: 1, Explain: "It is two."}}, p.Quiz)

	require.Len(t, p.Exercises, 3)
	e := p.Exercises[0]
	require.Equal(t, "phases/01-one/.hidden/suite/1.1-hello.txtar", e.Suite.File)
	require.Equal(t, []string{"the greeting isn't silent"}, e.Suite.Checks)
	e.Suite = nil
	require.Equal(t, &catalog.Exercise{ID: "1.1", Title: "Say hello", Level: catalog.Core, Kind: catalog.KindSuite,
		Hints: []string{"where", "idea", "signature", "line"}, After: "It answers. What if it did not?"}, e, "level and kind have defaults")
	require.Equal(t, catalog.Stretch, p.Exercises[1].Level)
	require.Equal(t, []string{"1.1"}, p.Exercises[1].Needs)
	require.Equal(t, catalog.KindQuiz, p.Exercises[2].Kind)
	require.Nil(t, p.Exercises[2].Suite)

	require.Equal(t, []*catalog.Mutant{{
		Name: "mute", File: "phases/01-one/.hidden/mutants/mute.txtar",
		Title: "A program that says nothing is taken for a polite one.", Kills: []string{"1.1", "1.2"},
		Edits: []catalog.Edit{
			{File: "main.go", Find: "hello", Replace: ""},
			{File: "main.go", Find: "func main() {", Replace: "func main()  {"},
		},
	}}, p.Mutants)

	capstone := c.Phases[1]
	require.Equal(t, "url-short", capstone.Number)
	require.Equal(t, "quiz/url-short.json", capstone.QuizFile)
	require.Empty(t, capstone.Quiz, "a capstone needs no quiz")
	require.NotNil(t, capstone.Exercises[0].Suite, "a capstone's name may hold a hyphen")
}

func texts(files catalog.Files) map[string]string {
	m := map[string]string{}
	for name, data := range files {
		m[name] = string(data)
	}
	return m
}

// TestFind ensures that phases and exercises are found by what a learner types.
func TestFind(t *testing.T) {
	c, err := catalog.Load(course(t))
	require.NoError(t, err)
	for _, name := range []string{"02-two", "02", "2"} {
		require.Same(t, c.Phases[2], c.Phase(name), name)
	}
	for _, name := range []string{"", "0", "3", "two", "002"} {
		require.Nil(t, c.Phase(name), name)
	}
	p, e := c.Exercise("2.1")
	require.Same(t, c.Phases[2], p)
	require.Same(t, c.Phases[2].Exercises[0], e)
	p, e = c.Exercise("2.2")
	require.Nil(t, p)
	require.Nil(t, e)
	require.Nil(t, c.Phases[0].Exercise("2.1"), "another phase's exercise is not this one's")
}

// TestFilesClone ensures that a copy can be changed alone.
func TestFilesClone(t *testing.T) {
	f := catalog.Files{"a": []byte("1")}
	c := f.Clone()
	c["b"] = nil
	require.Len(t, f, 1)
	require.NotNil(t, catalog.Files(nil).Clone(), "a copy of none takes files too")
}

// TestPackStarter ensures that a packed starter gives back the same files.
func TestPackStarter(t *testing.T) {
	for name, files := range map[string]catalog.Files{
		"Plain":        {"main.go": []byte("package main\n"), "data/a.txt": []byte("a\n\n")},
		"EmptyFile":    {"empty.txt": nil, "main.go": []byte("package main\n")},
		"Marker":       {"doc.go": []byte("package main\n\n/*\n-- main.go --\nnot a file of the archive\n*/\n"), "main.go": []byte("package main\n")},
		"MarkerFirst":  {"a.txt": []byte("-- b.txt --\n"), "b.txt": []byte("b\n")},
		"MarkerQuoted": {"a.txt": []byte(">-- b.txt --\n> x\n-- c --\n")},
		"NearMarker":   {"a.txt": []byte("-- b.txt\n--b.txt --\n --  --\n")},
		"QuotedName":   {"a.txt.quoted": []byte(">one\n>two\n"), "b.quoted": nil},
		"BareMarker":   {"a.txt": []byte("-- --\na\n-- --\n")},
		"NotUTF8":      {"a.bin": []byte("\xff\xfe\n")},
	} {
		t.Run(name, func(t *testing.T) {
			data, err := catalog.PackStarter(files)
			require.NoError(t, err)
			require.Equal(t, texts(files), texts(catalog.UnpackStarter(data)))
			again, err := catalog.PackStarter(files)
			require.NoError(t, err)
			require.Equal(t, string(data), string(again), "the same files give the same bytes")
		})
	}
	for name, c := range map[string]struct {
		data, err string
	}{
		"ErrNoNewline":       {"package main", "a.go: the last line has no newline"},
		"ErrCarriageReturn":  {"package main\r\n", "a.go: has carriage returns; a course file ends its lines with a newline only"},
		"ErrMarkerAndBinary": {"\xff\n-- a --\n", "a.go: data contains non-UTF-8 characters"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.PackStarter(catalog.Files{"a.go": []byte(c.data)})
			require.EqualError(t, err, c.err)
		})
	}
}

func FuzzPackStarter(f *testing.F) {
	f.Add("main.go", "package main\n", "x.quoted", ">-- a --\n")
	f.Add("a", "-- b --\n", "b", "")
	f.Add("a", "-- --\n", "b", ">-- --\n")
	f.Fuzz(func(t *testing.T, name1, data1, name2, data2 string) {
		files := catalog.Files{}
		for name, data := range map[string]string{name1: data1, name2: data2} {
			if name == "" || name != strings.TrimSpace(name) || strings.ContainsAny(name, "\r\n") {
				t.Skip("no name of a file that an author would write")
			}
			files[name] = []byte(data)
		}
		packed, err := catalog.PackStarter(files)
		if err != nil {
			return
		}
		require.Equal(t, texts(files), texts(catalog.UnpackStarter(packed)))
	})
}
