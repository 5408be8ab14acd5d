package progress

import (
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

// TestPackHostile: what a learner may write into a file must come back as it was, also
// where the archive's library would stumble over it.
func TestPackHostile(t *testing.T) {
	for _, text := range []string{"-- --\n", "a\n-- --\nb\n", "--  --\n", "-- x --\n", "-- x --", "\r\n-- --\r\n", ">-- --\n", ""} {
		files := catalog.Files{"main.go": []byte(text), "-- --": []byte("name"), "b.go": []byte("package b\n")}
		got, err := unpack(pack(files))
		require.NoError(t, err, "%q", text)
		require.Len(t, got, len(files), "%q", text)
		for name, data := range files {
			require.Equal(t, string(data), string(got[name]), "%q in %q", name, text)
		}
	}
	_, err := unpack([]byte("-- a --\n-- --\n"))
	require.Error(t, err)
}
