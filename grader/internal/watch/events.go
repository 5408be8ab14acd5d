package watch

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/fsnotify/fsnotify"
)

// maxFolders bounds how many folders are watched: a machine has a limited number of
// watches, and the rest is swept.
const maxFolders = 500

// events says that something has happened in or below a folder, not what: two
// events that nobody has taken are one.
type events struct {
	C       chan struct{}
	folder  string
	watcher *fsnotify.Watcher // nil where there is none
	stopped chan struct{}
}

func newEvents(folder string) *events {
	e := &events{C: make(chan struct{}, 1), folder: folder, stopped: make(chan struct{})}
	w, err := fsnotify.NewWatcher()
	if err != nil { // sweeping does it, later
		close(e.stopped)
		return e
	}
	e.watcher = w
	go e.pass()
	return e
}

// pass hands events on, until the watcher is closed. An error (events that were
// lost) is a reason to look, too.
func (e *events) pass() {
	defer close(e.stopped)
	for {
		select {
		case _, ok := <-e.watcher.Events:
			if !ok {
				return
			}
		case _, ok := <-e.watcher.Errors:
			if !ok {
				return
			}
		}
		select {
		case e.C <- struct{}{}:
		default:
		}
	}
}

// follow watches the folder and every folder below it, and the one that it is in,
// where it may be made anew. It reports whether every change will be an event.
func (e *events) follow() bool {
	if e.watcher == nil {
		return false
	}
	all := e.watcher.Add(filepath.Dir(e.folder)) == nil
	n := 0
	err := filepath.WalkDir(e.folder, func(path string, d fs.DirEntry, err error) error {
		if os.IsNotExist(err) { // gone meanwhile
			return nil
		}
		if err != nil || !d.IsDir() {
			return err
		}
		if path != e.folder && strings.HasPrefix(d.Name(), ".") {
			return filepath.SkipDir
		}
		if n++; n > maxFolders {
			all = false
			return filepath.SkipAll
		}
		all = e.watcher.Add(path) == nil && all
		return nil
	})
	return all && err == nil
}

func (e *events) close() {
	if e.watcher != nil {
		e.watcher.Close()
	}
	<-e.stopped
}
