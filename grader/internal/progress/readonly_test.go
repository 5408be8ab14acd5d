package progress

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"time"

	"echofromzero/grader/internal/catalog"
)

func hint(st *State) error { st.TakeHint("1.1"); return nil }

// Ensure that a file in the folder's place is told from progress.
func TestFolderIsFile(t *testing.T) {
	s := open(t, t.TempDir())
	if err := os.WriteFile(s.path(), []byte("mine"), 0o666); err != nil {
		t.Fatal(err)
	}
	if st := read(t, s); len(st.Exercises) > 0 || len(s.Notices()) > 0 {
		t.Errorf("read %+v", st)
	}
	err := s.Update(context.Background(), hint)
	if !errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), "mv ") {
		t.Errorf("Update: %v, want ErrReadOnly and what to do", err)
	}
	if _, err := s.SaveGreen("01", catalog.Files{}); !errors.Is(err, ErrReadOnly) {
		t.Errorf("SaveGreen: %v, want ErrReadOnly", err)
	}
	if data, err := os.ReadFile(s.path()); err != nil || string(data) != "mine" {
		t.Errorf("the file holds %q, %v", data, err)
	}
}

// Ensure that what is no regular file in the progress file's place stays.
func TestFileIsFolder(t *testing.T) {
	s := open(t, t.TempDir())
	if err := os.MkdirAll(s.path(fileName), 0o777); err != nil {
		t.Fatal(err)
	}
	_, rerr := s.Read()
	for what, err := range map[string]error{"Read": rerr, "Update": s.Update(context.Background(), hint)} {
		if err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func needsPermissions(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o777) })
	if os.Mkdir(dir+"/x", 0o777) == nil {
		t.Skip("permissions do not bind this user (root, or Windows)")
	}
}

func TestReadOnlyFolder(t *testing.T) {
	needsPermissions(t)
	t.Run("NoFolderYet", func(t *testing.T) {
		root := t.TempDir()
		s := open(t, root)
		readOnly(t, root)
		if err := s.Update(context.Background(), hint); !errors.Is(err, ErrReadOnly) || !strings.Contains(err.Error(), "chmod") {
			t.Errorf("%v, want ErrReadOnly and what to do", err)
		}
		read(t, s)
	})
	t.Run("Folder", func(t *testing.T) {
		s := open(t, t.TempDir())
		update(t, s, func(st *State) { st.TakeHint("1.1") })
		readOnly(t, s.path())
		if err := s.Update(context.Background(), hint); !errors.Is(err, ErrReadOnly) {
			t.Errorf("%v, want ErrReadOnly", err)
		}
		if h := read(t, s).Exercises["1.1"].Hints; h != 1 {
			t.Errorf("%d hints, want 1", h)
		}
	})
	t.Run("DamagedFile", func(t *testing.T) {
		s := open(t, t.TempDir())
		write(t, s.path(fileName), []byte("{"))
		readOnly(t, s.path())
		read(t, s)
		if n := s.Notices(); len(n) != 1 || !strings.Contains(n[0], "left as it is") {
			t.Errorf("notices %q", n)
		}
		if err := s.Update(context.Background(), hint); !errors.Is(err, ErrReadOnly) {
			t.Errorf("%v, want ErrReadOnly", err)
		}
		if data, err := os.ReadFile(s.path(fileName)); err != nil || string(data) != "{" {
			t.Errorf("the file holds %q, %v", data, err)
		}
	})
}

func readOnly(t *testing.T, dir string) {
	t.Helper()
	if err := os.Chmod(dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(dir, 0o777) })
}

// Ensure that a file which may not be read is no damaged one.
func TestUnreadableFile(t *testing.T) {
	needsPermissions(t)
	s := open(t, t.TempDir())
	update(t, s, func(st *State) { st.TakeHint("1.1") })
	if err := os.Chmod(s.path(fileName), 0); err != nil {
		t.Fatal(err)
	}
	_, rerr := s.Read()
	for what, err := range map[string]error{"Read": rerr, "Update": s.Update(context.Background(), hint)} {
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), "chmod") {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := os.Chmod(s.path(fileName), 0o600); err != nil {
		t.Fatal(err)
	}
	if h := read(t, s).Exercises["1.1"].Hints; h != 1 {
		t.Errorf("%d hints, want 1", h)
	}
}

// Ensure that the store waits for no writer when it reads.
func TestReadDoesNotWait(t *testing.T) {
	s := open(t, t.TempDir())
	update(t, s, func(st *State) { st.TakeHint("1.1") })
	err := s.Update(context.Background(), func(st *State) error {
		done := make(chan State)
		go func() { st, _ := s.Read(); done <- st }()
		select {
		case got := <-done:
			if got.Exercises["1.1"].Hints != 1 {
				t.Errorf("read %+v", got)
			}
		case <-time.After(10 * time.Second):
			t.Error("Read waits for Update")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
