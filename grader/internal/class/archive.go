package class

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"echofromzero/grader/internal/workspace"
)

// What is taken of one archive. Beyond these it is refused as a whole.
const (
	maxArchive  = 64 << 20  // bytes of the archive
	maxUnpacked = 512 << 20 // bytes that are unpacked to read it
	maxKept     = 32 << 20  // bytes of its files that are kept
	maxNames    = 50_000    // files and folders
	maxListing  = 8 << 20   // bytes of a zip's own list of names
)

// maxFile is how long a file is kept whole; of a longer one, which is not graded
// anyway, the beginning tells what it is.
const (
	maxFile = 1 << 20
	head    = 4 << 10
)

// maxNotes bounds what is told of an archive's odd entries.
const maxNotes = 10

// refusal is why a submission cannot be graded, as a sentence for its author.
type refusal string

func (r refusal) Error() string { return string(r) }

func refusef(format string, args ...any) error { return refusal(fmt.Sprintf(format, args...)) }

// unpacker reads one archive into memory, within the limits.
type unpacker struct {
	memory   *memory
	notes    []string
	names    int
	kept     int64
	unpacked int64
}

// unpack reads an archive; the kind is one of [kinds]. The error is a refusal, or says
// what of the machine is at fault.
func unpack(r io.ReaderAt, size int64, kind string) (workspace.Tree, []string, error) {
	if size > maxArchive {
		return nil, nil, refusef("the archive has %d MB, and the grader takes %d: leave out what is not source", size>>20, maxArchive>>20)
	}
	u := &unpacker{memory: newMemory()}
	var err error
	if kind == ".zip" {
		err = u.zip(r, size)
	} else {
		err = u.tarGz(io.NewSectionReader(r, 0, size))
	}
	if err != nil {
		return nil, nil, err
	}
	return u.memory, u.notes, nil
}

func (u *unpacker) notef(format string, args ...any) {
	if len(u.notes) < maxNotes {
		u.notes = append(u.notes, fmt.Sprintf(format, args...))
	}
}

// entry decides about the name of one entry, cleaned of what packers put around it:
// what is hidden or odd is left out, false.
func (u *unpacker) entry(raw string) (name string, ok bool, err error) {
	if u.names++; u.names > maxNames {
		return "", false, refusef("the archive holds more than %d files and folders: leave out what is not source", maxNames)
	}
	name = strings.TrimSuffix(strings.TrimPrefix(raw, "./"), "/")
	switch {
	case name == "" || name == ".":
	case strings.Contains(name, `\`):
		u.notef("left out %q: folders in an archive are parted by /, and a name has no backslash.", raw)
	case !fs.ValidPath(name):
		u.notef("left out %q: a name in an archive leads to a place inside it.", raw)
	case !hidden(name):
		return name, true, nil
	}
	return "", false, nil
}

// add keeps one entry; read gives the content of a regular file of that size.
func (u *unpacker) add(name string, mode fs.FileMode, size int64, read io.Reader) error {
	n := node{mode: mode.Type(), size: size}
	if mode.IsRegular() && read != nil {
		most := int64(maxFile)
		if size > maxFile {
			most = head
		}
		data, err := io.ReadAll(io.LimitReader(read, most))
		if err != nil {
			return err
		}
		if n.data = data; size <= maxFile {
			n.size = int64(len(data))
		}
		if u.kept += int64(len(data)); u.kept > maxKept {
			return refusef("the archive holds more than %d MB of files: leave out what is not source", maxKept>>20)
		}
	}
	if !u.memory.add(name, n) {
		u.notef("left out %q: it is in the archive twice, or a file and a folder have that name.", name)
	}
	return nil
}

// errTooMuch ends the unpacking of what a small archive makes huge.
var errTooMuch = refusef("the archive unpacks to more than %d MB: leave out what is not source", maxUnpacked>>20)

// metered counts what is unpacked from r.
func (u *unpacker) metered(r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		n, err := r.Read(p)
		if u.unpacked += int64(n); u.unpacked > maxUnpacked {
			return 0, errTooMuch
		}
		return n, err
	})
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

func (u *unpacker) zip(r io.ReaderAt, size int64) error {
	listing := &listingReader{r, maxListing}
	z, err := zip.NewReader(listing, size)
	if err != nil {
		return damaged("zip archive", err)
	}
	listing.left = 1 << 62 // the files have limits of their own
	for _, f := range z.File {
		name, ok, err := u.entry(f.Name)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		if err := u.zipped(name, f); err != nil {
			return err
		}
	}
	return nil
}

func (u *unpacker) zipped(name string, f *zip.File) error {
	mode := f.Mode()
	if strings.HasSuffix(f.Name, "/") {
		mode = fs.ModeDir
	}
	if !mode.IsRegular() {
		return u.add(name, mode, 0, nil)
	}
	in, err := f.Open()
	if err == nil {
		defer in.Close()
		err = u.add(name, mode, int64(min(f.UncompressedSize64, 1<<62)), u.metered(in))
	}
	var refused refusal
	if err == nil || errors.As(err, &refused) {
		return err
	}
	u.notef("left out %q: it cannot be unpacked (%v).", f.Name, err)
	return nil
}

func (u *unpacker) tarGz(r io.Reader) error {
	gz, err := gzip.NewReader(r)
	if err != nil {
		return damaged("tar.gz archive", err)
	}
	t := tar.NewReader(u.metered(gz))
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return damaged("tar.gz archive", err)
		}
		name, ok, err := u.entry(h.Name)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		mode := h.FileInfo().Mode()
		if h.Typeflag == tar.TypeLink {
			mode |= fs.ModeIrregular
		}
		if err := u.add(name, mode, h.Size, t); err != nil {
			return damaged("tar.gz archive", err)
		}
	}
}

// damaged says that an archive is none, unless it was refused for another reason.
func damaged(what string, err error) error {
	var refused refusal
	if errors.As(err, &refused) {
		return refused
	}
	var pe *fs.PathError
	if errors.As(err, &pe) { // the disk, not the archive
		return err
	}
	return refusef("the file is no %s, or it is damaged or cut short (%v): pack it again", what, err)
}

// listingReader bounds what is read to learn which files a zip has: their number is
// known only after.
type listingReader struct {
	r    io.ReaderAt
	left int64
}

func (l *listingReader) ReadAt(p []byte, off int64) (int, error) {
	if l.left -= int64(len(p)); l.left < 0 {
		return 0, refusef("the archive lists more files than the grader takes: leave out what is not source")
	}
	return l.r.ReadAt(p, off)
}
