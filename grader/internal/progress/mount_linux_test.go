package progress

import (
	"context"
	"errors"
	"os"
	"strings"
	"syscall"
	"testing"
)

// tmpfs mounts a small file system of its own, where that is possible.
func tmpfs(t *testing.T) string {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("mounting a file system needs root")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("mount tmpfs: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

// Ensure that a full disk takes nothing away and is said.
func TestDiskFull(t *testing.T) {
	root := tmpfs(t)
	s := open(t, root)
	update(t, s, func(st *State) { st.TakeHint("1.1") })
	if err := os.WriteFile(root+"/filler", make([]byte, 1<<20), 0o666); !errors.Is(err, syscall.ENOSPC) {
		t.Fatalf("filling the disk: %v, want ENOSPC", err)
	}
	err := s.Update(context.Background(), hint)
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "free some space") || errors.Is(err, ErrReadOnly) {
		t.Errorf("Update: %v, want ENOSPC and what to do", err)
	}
	if h := read(t, s).Exercises["1.1"].Hints; h != 1 {
		t.Errorf("%d hints, want 1", h)
	}
	if err := os.Remove(root + "/filler"); err != nil {
		t.Fatal(err)
	}
	update(t, s, func(st *State) { st.TakeHint("1.1") })
	if h := read(t, s).Exercises["1.1"].Hints; h != 2 {
		t.Errorf("%d hints with space again, want 2", h)
	}
	for _, name := range names(t, s.path()) {
		if tempRE.MatchString(name) {
			t.Errorf("%s is left over", name)
		}
	}
}

// Ensure that a read-only file system is ErrReadOnly, for root too.
func TestReadOnlyFileSystem(t *testing.T) {
	for name, prepare := range map[string]func(*Store){
		"Fresh": func(*Store) {},
		"Used":  func(s *Store) { update(t, s, func(st *State) { st.TakeHint("1.1") }) },
	} {
		t.Run(name, func(t *testing.T) {
			root := tmpfs(t)
			s := open(t, root)
			prepare(s)
			if err := syscall.Mount("", root, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
				t.Skipf("remount: %v", err)
			}
			err := s.Update(context.Background(), hint)
			if !errors.Is(err, ErrReadOnly) || !errors.Is(err, syscall.EROFS) {
				t.Errorf("Update: %v, want ErrReadOnly and EROFS", err)
			}
			read(t, s)
		})
	}
}
