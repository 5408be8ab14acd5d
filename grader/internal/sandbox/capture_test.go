package sandbox

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCaptureKeepsBothEnds(t *testing.T) {
	for name, c := range map[string]struct {
		writes []string
		want   string
	}{
		"Nothing":  {nil, ""},
		"Short":    {[]string{"abc", "de"}, "abcde"},
		"Full":     {[]string{"abcd", "efgh"}, "abcdefgh"},
		"OneOver":  {[]string{"abcdefghi"}, "abcd\n… 1 bytes left out …\nfghi"},
		"Pieces":   {strings.Split("abcdefghijklm", ""), "abcd\n… 5 bytes left out …\njklm"},
		"LongOnce": {[]string{"abcd" + strings.Repeat("x", 1000) + "wxyz"}, "abcd\n… 1000 bytes left out …\nwxyz"},
	} {
		t.Run(name, func(t *testing.T) {
			k := newCapture(8)
			for _, w := range c.writes {
				n, err := k.Write([]byte(w))
				require.NoError(t, err)
				require.Equal(t, len(w), n)
			}
			require.Equal(t, c.want, k.String())
		})
	}
}
