package class

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/report"
)

// Ensure that a full disk is said with what to do, and takes nothing away.
func TestFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("mounting a file system needs root")
	}
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=64k"); err != nil {
		t.Skipf("mount tmpfs: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	s, err := openStore(dir, 7, false)
	require.NoError(t, err)
	defer s.close()
	record := func(name string) report.Record {
		return report.NewRecord(name, "key", []grade.Verdict{{Phase: "01-tiny", Seed: 7}})
	}
	require.NoError(t, s.keep(record("ada")))
	require.ErrorIs(t, os.WriteFile(filepath.Join(dir, "filler"), make([]byte, 1<<20), 0o644), syscall.ENOSPC)

	err = s.keep(record("bob"))
	require.ErrorIs(t, err, syscall.ENOSPC)
	require.Contains(t, err.Error(), "free some space and run the same command again")
	_, ok := s.find("ada", "key")
	require.True(t, ok, "what was graded is kept")
	_, ok = s.find("bob", "key")
	require.False(t, ok)

	require.NoError(t, os.Remove(filepath.Join(dir, "filler")))
	require.NoError(t, s.keep(record("bob")))
	for _, sub := range []string{resultsDir, gradescope} {
		entries, err := os.ReadDir(filepath.Join(dir, sub))
		require.NoError(t, err)
		for _, e := range entries {
			require.False(t, strings.HasPrefix(e.Name(), "."), "%s is left over", e.Name())
		}
	}
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Skipf("remount: %v", err)
	}
	err = s.keep(record("carl"))
	require.True(t, errors.Is(err, syscall.EROFS), "%v", err)
	require.Contains(t, err.Error(), "or name another folder with --out")
}
