package durable

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Ensure that a file is replaced whole, and stays as it was when its writer fails.
func TestWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "x.json")
	require.NoError(t, Replace(file, []byte("one")))
	require.NoError(t, Replace(file, []byte("two")))
	boom := errors.New("boom")
	require.ErrorIs(t, Write(file, func(w io.Writer) error {
		_, err := w.Write([]byte("half"))
		return errors.Join(err, boom)
	}), boom)
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "two", string(data))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing is left beside the file")
	require.Error(t, Replace(filepath.Join(dir, "absent", "x"), nil))
	err = Replace(filepath.Join(file, "x"), nil)
	require.True(t, IsNotDir(err), "%v", err)
}
