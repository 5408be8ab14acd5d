package cli

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/class"
)

// Ensure that the estimate counts only what this run has graded.
func TestPace(t *testing.T) {
	now := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)
	p := newPace(func() time.Time { return now })
	now = now.Add(30 * time.Second)
	for _, c := range []struct {
		progress class.Progress
		want     string
	}{
		{class.Progress{Done: 1, All: 10}, "[##------------------] 1 of 10"},
		{class.Progress{Done: 3, All: 10}, "[######--------------] 3 of 10, about 2 min left"},
		{class.Progress{Done: 8, All: 10, Resumed: 5}, "[################----] 8 of 10, about 21 s left"},
		{class.Progress{Done: 8, All: 10, Resumed: 8}, "[################----] 8 of 10"},
		{class.Progress{Done: 10, All: 10, Broken: 2}, "[####################] 10 of 10, 2 broken"},
	} {
		require.Equal(t, c.want, p.bar(c.progress))
	}
}
