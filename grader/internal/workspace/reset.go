package workspace

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/agnivade/levenshtein"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/durable"
)

// A Restored is what Reset did. Its zero value means that nothing differed from
// the starter.
type Restored struct {
	Backup  string   // absolute folder of the backup; "" when the learner had nothing to save
	Files   []string // starter files that were put back, sorted, relative to the phase
	Removed []string // other files that were taken out of the phase; they are in Backup
}

// Reset puts a phase back to its starter, or only file when it is not "". Before
// the first change a backup is complete and on the disk, in a folder of its own
// below .grader/backup named after the phase and the time: for a whole phase all
// the learner's files, for one file that file. A whole phase also loses what
// would get in the way of the starter's build: other Go files beside the
// starter's, a go.mod, links, C files, programs. The learner's packages in
// folders of their own stay, as do the lesson, dot files and capstones.
//
// An error says which file it was about. Where the phase was changed before it
// happened, the result names the backup; before that nothing was changed.
func (w *Workspace) Reset(ctx context.Context, p *catalog.Phase, file string, now time.Time) (Restored, error) {
	root, err := w.phaseRoot(p)
	if errors.Is(err, errMissing) && file == "" {
		return w.recreate(p)
	}
	if err != nil {
		return Restored{}, err
	}
	defer root.Close()
	want := p.Starter
	if file != "" {
		name, err := starterFile(p, file)
		if err != nil {
			return Restored{}, err
		}
		want = catalog.Files{name: p.Starter[name]}
	}
	pl := &plan{ws: w, phase: p, root: root, want: want, whole: file == ""}
	if err := pl.make(ctx); err != nil {
		return Restored{}, resetError(p, err)
	}
	if len(pl.restore)+len(pl.remove) == 0 {
		return Restored{}, nil
	}
	done := Restored{Files: pl.restore, Removed: pl.remove}
	done.Backup, err = pl.backup(ctx, now)
	if err != nil {
		return Restored{}, resetError(p, fmt.Errorf("back up: %w; nothing was changed", err))
	}
	if err := pl.carryOut(done.Backup); err != nil {
		where := ""
		if done.Backup != "" {
			where = "; your files are in " + done.Backup
		}
		return done, resetError(p, fmt.Errorf("%w%s; run the command again", err, where))
	}
	return done, nil
}

func resetError(p *catalog.Phase, err error) error {
	return fmt.Errorf("reset phase %s: %w", p.Number, err)
}

// starterFile finds the starter's file that a learner means, written relative to
// the phase or to the workspace.
func starterFile(p *catalog.Phase, file string) (string, error) {
	name := path.Clean(strings.ReplaceAll(filepath.ToSlash(file), `\`, "/"))
	name = strings.TrimPrefix(name, p.Dir()+"/")
	if _, ok := p.Starter[name]; ok {
		return name, nil
	}
	names := slices.Sorted(maps.Keys(p.Starter))
	slices.SortStableFunc(names, func(a, b string) int {
		return levenshtein.ComputeDistance(a, name) - levenshtein.ComputeDistance(b, name)
	})
	if len(names) == 0 {
		return "", fmt.Errorf("reset phase %s: its starter has no files", p.Number)
	}
	return "", problemf(ErrNoFile, "reset phase %s: %s is no file of its starter, which has %s; try `grader reset %[1]s %[4]s`",
		p.Number, shown(file), strings.Join(names, ", "), names[0])
}

// recreate makes a phase's folder anew, with its lesson.
func (w *Workspace) recreate(p *catalog.Phase) (Restored, error) {
	made := &trail{}
	if err := made.fill(context.Background(), w.Root, phaseLayout(p)); err != nil {
		made.undo()
		return Restored{}, resetError(p, err)
	}
	return Restored{Files: slices.Sorted(maps.Keys(p.Starter))}, nil
}

// carryOut changes the phase, once all that it changes is in the backup. What
// was not copied into the backup is moved there now.
func (pl *plan) carryOut(backup string) error {
	dir := filepath.Join(pl.ws.Root, filepath.FromSlash(pl.phase.Dir()))
	for _, name := range pl.move {
		target := filepath.Join(backup, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(dir, filepath.FromSlash(name)), target); err != nil {
			return err
		}
	}
	for _, name := range pl.remove {
		if slices.Contains(pl.move, name) {
			continue
		}
		if err := pl.root.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	for _, name := range pl.restore {
		if err := putFile(filepath.Join(dir, filepath.FromSlash(name)), pl.want[name]); err != nil {
			return err
		}
	}
	if len(pl.move) > 0 {
		return syncTree(backup)
	}
	return nil
}

// putFile writes a file beside its place and renames it there, so that a link or
// a half-written file is never written through.
func putFile(target string, data []byte) error {
	dir := filepath.Dir(target)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	temp := filepath.Join(dir, ".reset-"+filepath.Base(target))
	if err := os.Remove(temp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer os.Remove(temp) // gone after the rename
	_, err = f.Write(data)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(temp, target); err != nil {
		return err
	}
	return durable.SyncDir(dir)
}
