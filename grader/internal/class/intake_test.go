package class

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Ensure that what learners hand in is found where it may be, that what is odd in it
// is left out and told, and that what cannot be taken is refused with a reason.
func TestIntake(t *testing.T) {
	t.Parallel()
	ok := entry{name: "phases/01-tiny/main.go", data: hello}
	under := func(dir string) entry { return entry{name: dir + ok.name, data: hello} }
	const here = "phases/01-tiny/"
	for name, c := range map[string]struct {
		entries []entry
		named   bool
		files   string // beside pinned.go
		notes   []string
		refused string
	}{
		"Top":               {entries: []entry{ok}, files: "main.go"},
		"OneDeep":           {entries: []entry{under("ws/")}, files: "main.go"},
		"DotSlash":          {entries: []entry{under("./")}, files: "main.go"},
		"MacOS":             {entries: []entry{under("ws/"), {name: "__MACOSX/ws/phases/01-tiny/._main.go", data: "x"}}, files: "main.go"},
		"TwoDeep":           {entries: []entry{under("a/b/")}, refused: "there is no folder phases, neither at the top nor one folder deep"},
		"TwoWorkspaces":     {entries: []entry{under("a/"), under("b/")}, refused: "several folders hold phases (a and b)"},
		"Direct":            {entries: []entry{{name: "main.go", data: hello}}, named: true, files: "main.go"},
		"DirectOneDeep":     {entries: []entry{{name: "01-tiny/main.go", data: hello}}, named: true, files: "main.go"},
		"DirectNotNamed":    {entries: []entry{{name: "main.go", data: hello}}, refused: "there is no folder phases"},
		"NoProgram":         {entries: []entry{{name: "a/b/c.txt", data: "x"}}, named: true, refused: "neither phases/01-tiny nor its Go files"},
		"NoPhase":           {entries: []entry{{name: "phases/09-x/main.go", data: hello}}, refused: "holds no phase of the course"},
		"NamedMissing":      {entries: []entry{{name: "phases/09-x/main.go", data: hello}}, named: true, refused: "phases/01-tiny is missing"},
		"NoGo":              {entries: []entry{{name: here + "x.txt", data: "x"}}, refused: "phases/01-tiny holds no Go file"},
		"Empty":             {refused: "there is no folder phases"},
		"Packages":          {entries: []entry{ok, {name: here + "store/store.go", data: "package store\n"}}, files: "main.go store/store.go"},
		"DotDot":            {entries: []entry{ok, {name: "../../x.go", data: hello}}, files: "main.go", notes: []string{`left out "../../x.go": a name in an archive leads to a place inside it.`}},
		"DotDotInside":      {entries: []entry{ok, {name: here + "../x.go", data: hello}}, files: "main.go", notes: []string{"leads to a place inside it"}},
		"Absolute":          {entries: []entry{ok, {name: "/etc/cron.d/x", data: hello}}, files: "main.go", notes: []string{`left out "/etc/cron.d/x"`}},
		"Backslash":         {entries: []entry{ok, {name: `phases\01-tiny\x.go`, data: hello}}, files: "main.go", notes: []string{"a name has no backslash"}},
		"Escapes":           {entries: []entry{ok, {name: here + "\x1b]0;x\a.go", data: hello}}, files: "main.go", notes: []string{`skipped "phases/01-tiny/\x1b]0;x\a.go": a name that other systems do not take`}},
		"Symlink":           {entries: []entry{ok, {name: here + "x.go", mode: fs.ModeSymlink, link: "/etc/passwd"}}, files: "main.go", notes: []string{"skipped phases/01-tiny/x.go: a symbolic link"}},
		"SymlinkPhase":      {entries: []entry{{name: "other/main.go", data: hello}, {name: "phases/01-tiny", mode: fs.ModeSymlink, link: "../other"}}, refused: "holds no phase of the course"},
		"Twice":             {entries: []entry{ok, {name: ok.name, data: "package other\n"}}, files: "main.go", notes: []string{"it is in the archive twice"}},
		"FileAndFolder":     {entries: []entry{ok, {name: ok.name + "/x.go", data: "package x\n"}}, files: "main.go", notes: []string{"a file and a folder have that name"}},
		"Case":              {entries: []entry{ok, {name: here + "MAIN.go", data: hello}}, files: "MAIN.go", notes: []string{"skipped phases/01-tiny/main.go: on other systems it is the same name"}},
		"PinnedBlocked":     {entries: []entry{ok, {name: here + "pinned.go/x.go", data: "package x\n"}}, files: "main.go", notes: []string{"needs its place", "is missing: it is pinned"}},
		"LongName":          {entries: []entry{ok, {name: here + strings.Repeat("x", 240) + ".go", data: hello}}, files: "main.go", notes: []string{"a name that other systems do not take"}},
		"Deep":              {entries: []entry{ok, {name: here + strings.Repeat("d/", 40) + "x.go", data: "package d\n"}}, files: "main.go", notes: []string{"a name that other systems do not take"}},
		"Git":               {entries: []entry{ok, {name: ".git/config", data: "[core]\n\tfsmonitor = evil"}, {name: here + ".git/x.go", data: hello}}, files: "main.go"},
		"Vendor":            {entries: []entry{ok, {name: here + "vendor/x/x.go", data: hello}}, files: "main.go", notes: []string{"skipped phases/01-tiny/vendor"}},
		"GoWork":            {entries: []entry{ok, {name: here + "go.work", data: "go 1.26"}}, files: "main.go", notes: []string{"phases/01-tiny/go.work changes"}},
		"Assembler":         {entries: []entry{ok, {name: here + "x.s", data: "TEXT"}, {name: here + "x.c", data: "int x;"}, {name: here + "x.syso", data: "x"}}, files: "main.go", notes: []string{"x.c is skipped", "x.s is skipped", "x.syso is skipped"}},
		"BigFile":           {entries: []entry{ok, {name: here + "big.txt", data: strings.Repeat("x", 1<<20+1)}}, files: "main.go", notes: []string{"big.txt: 1.0 MB is more than the 1 MiB"}},
		"Program":           {entries: []entry{ok, {name: here + "prog", data: "\x7fELF" + strings.Repeat("\x00", 3<<20)}}, files: "main.go", notes: []string{"skipped phases/01-tiny/prog: not text, 3.1 MB."}},
		"ManyFiles":         {entries: manyFiles(600), refused: "holds more than 500 files"},
		"TooMuch":           {entries: bigFiles(9), refused: "holds more than 8 MiB of files"},
		"TooMuchAltogether": {entries: append(bigFiles(0), outside(40)...), refused: "the archive holds more than 32 MB of files"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for kind, data := range map[string][]byte{".zip": zipOf(t, c.entries...), ".tar.gz": tarOf(t, c.entries...)} {
				parts := handIn(t, "x"+kind, data, c.named)
				require.Len(t, parts, 1, kind)
				p := parts[0]
				if c.refused != "" {
					require.Contains(t, p.refused, c.refused, kind)
					continue
				}
				require.Empty(t, p.refused, kind)
				checkFiles(t, p)
				var names []string
				for file := range p.source.Files {
					if file != "pinned.go" {
						names = append(names, file)
					}
				}
				slices.Sort(names)
				require.Equal(t, c.files, strings.Join(names, " "), kind)
				notes := strings.Join(p.source.Notes, "\n")
				for _, want := range c.notes {
					require.Contains(t, notes, want, kind)
				}
			}
		})
	}
}

func manyFiles(n int) (list []entry) {
	for i := range n {
		list = append(list, entry{name: fmt.Sprintf("phases/01-tiny/f%d.go", i), data: hello})
	}
	return list
}

func bigFiles(n int) (list []entry) {
	for i := range n {
		list = append(list, entry{name: fmt.Sprintf("phases/01-tiny/f%d.txt", i), data: strings.Repeat("x", 1<<20)})
	}
	return append(list, entry{name: "phases/01-tiny/main.go", data: hello})
}

func outside(n int) (list []entry) {
	for i := range n {
		list = append(list, entry{name: fmt.Sprintf("elsewhere/f%d.txt", i), data: strings.Repeat("x", 1<<20)})
	}
	return list
}

// handIn reads one submission of the tiny course.
func handIn(t *testing.T, file string, data []byte, named bool) []part {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, file), data, 0o644))
	return readOnly(t, dir, named)
}

// readOnly reads the only submission in dir.
func readOnly(t *testing.T, dir string, named bool) []part {
	t.Helper()
	list, ignored, err := submissions(dir, "")
	require.NoError(t, err)
	require.Empty(t, ignored)
	require.Len(t, list, 1)
	c := tiny()
	parts, err := (&reader{course: c, dir: dir, phases: c.Phases, named: named}).read(list[0])
	require.NoError(t, err)
	return parts
}

// Ensure that what tar can hold beside files is left out and told.
func TestIntakeTar(t *testing.T) {
	t.Parallel()
	parts := handIn(t, "x.tgz", tarOf(t, entry{name: "phases/01-tiny/main.go", data: hello},
		entry{name: "phases/01-tiny/pipe.go", mode: fs.ModeNamedPipe}, entry{name: "phases/01-tiny/dev.go", mode: fs.ModeDevice},
		entry{name: "phases/01-tiny/hard.go", link: "/etc/passwd"}), false)
	require.Len(t, parts[0].source.Files, 2)
	for _, name := range []string{"pipe.go", "dev.go", "hard.go"} {
		require.Contains(t, parts[0].source.Notes, "skipped phases/01-tiny/"+name+": not a regular file; remove it.")
	}
}

// Ensure that bombs and damaged archives are refused, and cost little memory.
func TestIntakeBombs(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it unpacks half a gigabyte, twice")
	}
	bomb := zeros(t, maxUnpacked+1)
	many := make([]entry, maxNames+1)
	for i := range many {
		many[i].name = fmt.Sprint(i)
	}
	good := entry{name: "phases/01-tiny/main.go", data: hello}
	cut := tarOf(t, good, entry{name: "x", data: strings.Repeat("abc", 1<<16)})
	for name, c := range map[string]struct {
		file    string
		data    []byte
		refused string
	}{
		"TarBomb":   {"x.tgz", bomb, "the archive unpacks to more than 512 MB"},
		"ManyNames": {"x.zip", zipOf(t, many...), "the archive holds more than 50000 files"},
		"ManyInTar": {"x.tar.gz", tarOf(t, many...), "the archive holds more than 50000 files"},
		"NoZip":     {"x.zip", []byte("hello"), "the file is no zip archive"},
		"NoTar":     {"x.tgz", []byte("hello"), "the file is no tar.gz archive"},
		"Cut":       {"x.tgz", cut[:len(cut)/2], "the file is no tar.gz archive, or it is damaged or cut short"},
		"Nothing":   {"x.zip", nil, "the file is no zip archive"},
		"Rar":       {"x.rar", []byte("Rar!"), "the submission is no archive that the grader takes"},
		"Huge":      {"x.zip", make([]byte, maxArchive+1), "the archive has 64 MB, and the grader takes 64"},
	} {
		t.Run(name, func(t *testing.T) {
			parts := handIn(t, c.file, c.data, false)
			require.Len(t, parts, 1)
			require.Contains(t, parts[0].refused, c.refused)
		})
	}
	t.Run("Memory", func(t *testing.T) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, _, err := unpack(bytes.NewReader(bomb), int64(len(bomb)), ".tgz")
		runtime.ReadMemStats(&after)
		require.Error(t, err)
		require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(maxKept), "bytes allocated for half a gigabyte of zeros")
	})
}

// zeros is a tar.gz of one file with n zeros.
func zeros(t *testing.T, n int64) []byte {
	t.Helper()
	var b bytes.Buffer
	gz, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	require.NoError(t, err)
	w := tar.NewWriter(gz)
	require.NoError(t, w.WriteHeader(&tar.Header{Name: "phases/01-tiny/x", Size: n, Mode: 0o644}))
	for chunk := make([]byte, 1<<20); n > 0; n -= int64(len(chunk)) {
		_, err := w.Write(chunk[:min(n, int64(len(chunk)))])
		require.NoError(t, err)
	}
	require.NoError(t, w.Close())
	require.NoError(t, gz.Close())
	return b.Bytes()
}

// Ensure that a folder is read as an archive is, and that links lead nowhere.
func TestIntakeFolder(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege there")
	}
	dir, secret := t.TempDir(), t.TempDir()
	phase := filepath.Join(dir, "ada", "phases", "01-tiny")
	require.NoError(t, os.MkdirAll(phase, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(phase, "main.go"), []byte(hello), 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(secret, "secret.go"), []byte(hello), 0o644))
	require.NoError(t, os.Symlink(filepath.Join(secret, "secret.go"), filepath.Join(phase, "x.go")))
	require.NoError(t, os.Symlink(secret, filepath.Join(phase, "dir")))
	parts := readOnly(t, dir, false)
	require.Len(t, parts[0].source.Files, 2, "main.go and the pinned one")
	require.Contains(t, strings.Join(parts[0].source.Notes, "\n"), "skipped phases/01-tiny/x.go: a symbolic link")

	require.NoError(t, os.RemoveAll(filepath.Join(dir, "ada")))
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "ada")))
	require.Equal(t, "the submission is a link or a device, and not a folder or an archive", readOnly(t, dir, false)[0].refused)
}

// Ensure that every submission has a name of its own, which prints and is a file's.
func TestSubmissions(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	names := []string{"ada.zip", "ada.tgz", "bob.TAR.GZ", "=1+1.zip", "notes.txt", "x.7z", ".hidden.zip", "<b>.zip", strings.Repeat("l", 200) + ".zip"}
	if runtime.GOOS == "linux" {
		names = append(names, "new\nline.zip", "\xff.zip", "%FF.zip", "\u202e.zip")
	}
	for _, name := range names {
		if runtime.GOOS == "windows" && strings.ContainsAny(name, "<>") {
			continue
		}
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o644))
	}
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "carl"), 0o755))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "out"), 0o755))
	list, ignored, err := submissions(dir, filepath.Join(dir, "out"))
	require.NoError(t, err)
	require.Equal(t, []string{"notes.txt"}, ignored)
	seen := map[string]bool{}
	for _, s := range list {
		require.False(t, seen[s.name], s.name)
		seen[s.name] = true
		require.Equal(t, s.name, strings.ToValidUTF8(s.name, ""))
		require.NotContains(t, s.name, "\n")
		require.LessOrEqual(t, len(s.name), 150)
	}
	for _, want := range []string{"ada.zip", "ada.tgz", "bob", "=1+1", "x.7z", "carl"} {
		require.Contains(t, seen, want)
	}
	if runtime.GOOS == "linux" {
		for _, want := range []string{"new%0Aline", "%FF", "%25FF", "%E2%80%AE", "%3Cb%3E"} {
			require.Contains(t, seen, want)
		}
	}
}
