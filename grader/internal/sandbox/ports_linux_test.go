package sandbox

import (
	"net"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// TestListeners: the kernel's own answer and its tables tell the same ports.
func TestListeners(t *testing.T) {
	for _, at := range []string{"127.0.0.1:0", "[::1]:0", ":0"} {
		l, err := net.Listen("tcp", at)
		if err != nil {
			t.Logf("%s: %v", at, err) // a machine without IPv6
			continue
		}
		defer l.Close()
		asked, read := map[uint32]int{}, map[uint32]int{}
		require.NoError(t, diagnose(unix.AF_INET, asked))
		require.NoError(t, diagnose(unix.AF_INET6, asked))
		readTable("/proc/self/net/tcp", read)
		readTable("/proc/self/net/tcp6", read)
		port := l.Addr().(*net.TCPAddr).Port
		require.Contains(t, values(asked), port, at)
		require.Contains(t, values(read), port, at)
		require.Contains(t, values(listeners(os.Getpid())), port, at)
	}
	_, err := answers([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}, nil)
	require.ErrorIs(t, err, errDiag, "nonsense is no answer")
}

func values(m map[uint32]int) []int {
	var list []int
	for _, v := range m {
		list = append(list, v)
	}
	return list
}

// BenchmarkListeners compares the two ways to ask.
func BenchmarkListeners(b *testing.B) {
	b.Run("diag", func(b *testing.B) {
		for b.Loop() {
			found := map[uint32]int{}
			diagnose(unix.AF_INET, found)
			diagnose(unix.AF_INET6, found)
		}
	})
	b.Run("proc", func(b *testing.B) {
		for b.Loop() {
			found := map[uint32]int{}
			readTable("/proc/self/net/tcp", found)
			readTable("/proc/self/net/tcp6", found)
		}
	})
}
