package workspace

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/durable"
)

// staleBackup is how old an unfinished backup must be to be nobody's any more.
const staleBackup = time.Hour

// A plan is what a reset will do, made before it does anything. Names are
// relative to the phase.
type plan struct {
	ws    *Workspace
	phase *catalog.Phase
	root  *os.Root
	want  catalog.Files // what the phase shall hold
	whole bool          // all of the phase, not one file

	same    []string // names of want that are there as they should be
	restore []string // the others
	remove  []string // the learner's own that go
	save    []string // copied into the backup
	move    []string // moved into it, being no regular file, too large or unreadable
}

// make looks at the phase's folder.
func (pl *plan) make(ctx context.Context) error {
	seen := 0
	if err := pl.folder(ctx, ".", &seen); err != nil {
		return err
	}
	for name := range pl.want {
		if !slices.Contains(pl.same, name) {
			pl.restore = append(pl.restore, name)
		}
	}
	slices.Sort(pl.restore)
	return nil
}

func (pl *plan) folder(ctx context.Context, dir string, seen *int) error {
	entries, err := ReadDir(Folder{pl.root}, dir, maxEntries-*seen+1)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if *seen++; *seen > maxEntries {
			return fmt.Errorf("%s holds more than %d files and folders; move what is not part of the program out of it", pl.phase.Dir(), maxEntries)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		name := path.Join(dir, e.Name())
		switch {
		case isCourses(name) && !pl.wants(name):
		case e.IsDir() && !pl.inTheWay(name, e):
			if nested(Folder{pl.root}, pl.phase, pl.ws.Course, name) {
				continue
			}
			if err := pl.folder(ctx, name, seen); err != nil {
				return err
			}
		default:
			pl.entry(name, e)
		}
	}
	return nil
}

// entry decides about one thing in the phase: whether it goes, and how it is
// backed up.
func (pl *plan) entry(name string, e fs.DirEntry) {
	data, length, err := readFile(Folder{pl.root}, name)
	readable := err == nil && length <= maxFileSize
	want, wanted := pl.want[name]
	goes := pl.inTheWay(name, e) || pl.whole && !wanted && pl.breaks(name, e)
	changes := goes || wanted
	if wanted && err == nil && bytes.Equal(data, want) {
		pl.same = append(pl.same, name)
		changes = false
	}
	link := e.Type()&fs.ModeSymlink != 0
	switch {
	case pl.whole && (readable || link && !changes), changes && readable:
		pl.save = append(pl.save, name)
	case changes:
		pl.move = append(pl.move, name)
	}
	if goes && !wanted {
		pl.remove = append(pl.remove, name)
	}
}

// wants reports whether the name is a wanted file or a folder of one.
func (pl *plan) wants(name string) bool {
	for want := range pl.want {
		if want == name || strings.HasPrefix(want, name+"/") {
			return true
		}
	}
	return false
}

// inTheWay reports whether the entry stands where a wanted file or its folder
// must be, and is of the wrong kind.
func (pl *plan) inTheWay(name string, e fs.DirEntry) bool {
	_, file := pl.want[name]
	return pl.wants(name) && e.IsDir() == file
}

// breaks reports whether a file that is not the starter's could break its build:
// it lies in a folder of the starter's and the go command would look at it.
func (pl *plan) breaks(name string, e fs.DirEntry) bool {
	folder := path.Dir(name) == "."
	for want := range pl.want {
		folder = folder || path.Dir(want) == path.Dir(name)
	}
	switch {
	case !folder || strings.HasPrefix(path.Base(name), "_"):
		return false
	case path.Ext(name) == ".go" || skipRule(name) != "" || !e.Type().IsRegular():
		return true
	}
	data, length, err := readFile(Folder{pl.root}, name)
	return err != nil || isProgram(data) || length > maxFileSize && !isText(data)
}

// backup copies what is to be saved into a new folder and returns it when all of
// it is on the disk; "" when there is nothing to save.
func (pl *plan) backup(ctx context.Context, now time.Time) (string, error) {
	if len(pl.save)+len(pl.move) == 0 {
		return "", nil
	}
	all := filepath.Join(pl.ws.Root, Dir, "backup")
	if err := os.MkdirAll(all, 0o777); err != nil {
		return "", err
	}
	sweep(all)
	temp, err := os.MkdirTemp(all, ".unfinished-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temp) // gone after the rename
	if err := os.Chmod(temp, 0o755); err != nil {
		return "", err
	}
	for _, name := range pl.save {
		if err := errors.Join(ctx.Err(), pl.saveFile(name, filepath.Join(temp, filepath.FromSlash(name)))); err != nil {
			return "", err
		}
	}
	if err := syncTree(temp); err != nil {
		return "", err
	}
	stem := filepath.Join(all, pl.phase.Number+"-"+now.Format("20060102-150405"))
	final, err := renameFree(temp, stem)
	if err != nil {
		return "", err
	}
	for _, dir := range []string{all, filepath.Dir(all), pl.ws.Root} {
		if err := durable.SyncDir(dir); err != nil {
			return "", err
		}
	}
	return final, nil
}

// renameFree renames a folder to stem, or stem-2 and so on: the first that
// nothing has.
func renameFree(dir, stem string) (string, error) {
	final := stem
	for i := 2; ; i++ {
		_, err := os.Lstat(final)
		if errors.Is(err, fs.ErrNotExist) {
			err = os.Rename(dir, final)
			if err == nil {
				return final, nil
			}
		}
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return "", err
		}
		final = fmt.Sprintf("%s-%d", stem, i)
	}
}

// saveFile copies a regular file, or makes the same link; a link stays in the
// phase, so that a system which denies making one takes nothing away.
func (pl *plan) saveFile(name, target string) error {
	if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
		return err
	}
	if to, err := pl.root.Readlink(name); err == nil {
		_ = os.Symlink(to, target)
		return nil
	}
	in, err := pl.root.Open(name)
	if err != nil {
		return err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return err
	}
	out, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, info.Mode().Perm()|0o200)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close(), os.Chtimes(target, time.Time{}, info.ModTime()))
}

// sweep removes what killed resets left unfinished; their phases were not
// changed yet.
func sweep(all string) {
	entries, _ := os.ReadDir(all)
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && strings.HasPrefix(e.Name(), ".unfinished-") && time.Since(info.ModTime()) > staleBackup {
			_ = os.RemoveAll(filepath.Join(all, e.Name()))
		}
	}
}

// syncTree makes the names of a folder and of those below it durable.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return durable.SyncDir(name)
	})
}
