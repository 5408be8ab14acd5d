package verify

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

// TestChosen: so many of each exercise where there are so many, others from time to
// time; and all of them unless somebody has no time.
func TestChosen(t *testing.T) {
	p := &catalog.Phase{}
	for i, kills := range [][]string{{"1.1"}, {"1.1"}, {"1.1"}, {"1.1"}, {"1.2"}, {"1.1", "1.3"}, {"1.3"}, {"1.3"}} {
		p.Mutants = append(p.Mutants, &catalog.Mutant{Name: fmt.Sprint(i), Kills: kills})
	}
	require.Equal(t, p.Mutants, New(Options{}).chosen(p))
	v := New(Options{PerExercise: 2})
	seen := map[string]bool{}
	for range 200 {
		count := map[string]int{}
		for _, m := range v.chosen(p) {
			seen[m.Name] = true
			for _, id := range m.Kills {
				count[id]++
			}
		}
		require.GreaterOrEqual(t, count["1.1"], 2)
		require.LessOrEqual(t, count["1.1"], 3, "the third came for 1.3")
		require.Equal(t, 1, count["1.2"])
		require.GreaterOrEqual(t, count["1.3"], 2)
	}
	require.Len(t, seen, len(p.Mutants))
}
