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

	"echofromzero/grader/internal/catalog"
)

const gitignore = "# What the grader keeps of your progress, and its backups.\n/" + Dir + "/\n"

// Init makes a fresh workspace at dir: the course's go.mod and go.sum as they
// are, each phase's starter and lesson, the given first page as README.md, and a
// .gitignore; no suite, solution or manifest. A dir that does not exist appears
// whole or not at all; an empty one is filled. Anything else is refused, and so
// is a place inside a workspace or a clone. After an error, or when ctx ends,
// nothing that Init made is left.
func Init(ctx context.Context, dir string, c *catalog.Course, readme []byte) error {
	files, err := layout(c, readme)
	if err != nil {
		return err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return fmt.Errorf("init: %w", err)
	}
	exists, err := checkPlace(dir)
	if err != nil {
		return err
	}
	made := &trail{}
	if exists {
		err = made.fill(ctx, dir, files)
	} else {
		err = made.create(ctx, dir, files)
	}
	if err != nil {
		made.undo()
		return initError(dir, err)
	}
	return nil
}

// layout is every file of a fresh workspace.
func layout(c *catalog.Course, readme []byte) (catalog.Files, error) {
	files := catalog.Files{
		"go.mod": c.GoMod, "go.sum": c.GoSum,
		"README.md": readme, ".gitignore": []byte(gitignore),
	}
	for _, p := range c.Phases {
		maps.Copy(files, phaseLayout(p))
	}
	for name := range files {
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("init: the course holds a file with the path %s, which leads out of the workspace", shown(name))
		}
	}
	return files, nil
}

// phaseLayout is every file of a fresh phase, by path in the workspace.
func phaseLayout(p *catalog.Phase) catalog.Files {
	files := catalog.Files{path.Join(p.Dir(), "README.md"): p.Lesson}
	for name, data := range p.Starter {
		files[path.Join(p.Dir(), name)] = data
	}
	return files
}

// checkPlace reports whether dir is an empty folder that is there already, and
// refuses what a workspace cannot be made of.
func checkPlace(dir string) (exists bool, err error) {
	if err := checkAround(dir); err != nil {
		return false, err
	}
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if info, err = os.Stat(dir); err != nil {
			return false, fmt.Errorf("init: %s is a symbolic link that leads nowhere; choose another place: grader init DIR", dir)
		}
	}
	if err != nil {
		return false, initError(dir, err)
	}
	if !info.IsDir() {
		return false, fmt.Errorf("init: %s is a file; choose another place: grader init DIR", dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false, initError(dir, err)
	}
	if len(entries) > 0 {
		return false, fmt.Errorf("init: %s is not empty, it holds %s; choose a new place: grader init %s",
			dir, some(entries), filepath.Join(dir, "echo-course"))
	}
	return true, nil
}

// checkAround refuses a place inside a workspace, where two would mix.
func checkAround(dir string) error {
	for at := dir; ; at = filepath.Dir(at) {
		if info, err := os.Stat(at); (err != nil || !info.IsDir()) && at != filepath.Dir(at) {
			continue
		}
		real, err := filepath.EvalSymlinks(at)
		if err != nil {
			return initError(dir, err)
		}
		w, err := Find(real)
		switch {
		case errors.Is(err, ErrNone):
			return nil
		case err != nil:
			return initError(dir, err)
		case at == dir && w.Root == real:
			return fmt.Errorf("init: %s is a workspace already; go on there: cd %[1]s and run `grader`", dir)
		case w.Clone:
			return fmt.Errorf("init: %s is inside the clone of the course at %s; work there directly (cd %[2]s and run `grader`), or choose a place outside it", dir, w.Root)
		default:
			return fmt.Errorf("init: %s is inside the workspace at %s; choose a place outside it: grader init DIR", dir, w.Root)
		}
	}
}

// some names the first entries of a folder.
func some(entries []fs.DirEntry) string {
	const most = 4
	var names []string
	for _, e := range entries[:min(len(entries), most)] {
		names = append(names, shown(e.Name()))
	}
	if more := len(entries) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), more)
	}
	return strings.Join(names, ", ")
}

func initError(dir string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("init %s: %w; choose a place that you may write to: grader init DIR", dir, err)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("init %s: stopped, nothing was kept: %w", dir, err)
	default:
		return fmt.Errorf("init %s: %w", dir, err)
	}
}

// A trail remembers what was made, so that it and nothing else can be removed.
type trail struct{ made []string }

// undo removes what was made, newest first. A folder that somebody else has put
// a file into meanwhile stays.
func (t *trail) undo() {
	for _, name := range slices.Backward(t.made) {
		_ = os.Remove(name)
	}
	t.made = nil
}

// create makes dir under another name beside it and renames it when it is whole.
func (t *trail) create(ctx context.Context, dir string, files catalog.Files) error {
	parent := filepath.Dir(dir)
	if err := t.mkdirAll(parent); err != nil {
		return err
	}
	unique, err := os.MkdirTemp(parent, "."+filepath.Base(dir)+".init-")
	if err != nil {
		return err
	}
	t.made = append(t.made, unique)
	// MkdirTemp's folders are private; the workspace gets the user's usual mode.
	half := filepath.Join(unique, filepath.Base(dir))
	if err := t.mkdirAll(half); err != nil {
		return err
	}
	inside := &trail{}
	err = inside.fill(ctx, half, files)
	if err == nil {
		err = os.Rename(half, dir)
	}
	if err != nil {
		inside.undo()
		return err
	}
	_ = os.Remove(unique) // empty by now
	return nil
}

// fill writes the files into dir.
func (t *trail) fill(ctx context.Context, dir string, files catalog.Files) error {
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		target := filepath.Join(dir, filepath.FromSlash(name))
		if err := t.mkdirAll(filepath.Dir(target)); err != nil {
			return err
		}
		f, err := os.OpenFile(target, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
		if err != nil {
			return err
		}
		t.made = append(t.made, target)
		_, err = f.Write(files[name])
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
	return nil
}

// mkdirAll is os.MkdirAll with a memory.
func (t *trail) mkdirAll(dir string) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	if parent := filepath.Dir(dir); parent != dir {
		if err := t.mkdirAll(parent); err != nil {
			return err
		}
	}
	err := os.Mkdir(dir, 0o777)
	if err == nil {
		t.made = append(t.made, dir)
	}
	return err
}
