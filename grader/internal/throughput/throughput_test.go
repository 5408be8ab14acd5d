package throughput

import (
	"context"
	"math"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// programs builds a server, and one that works more for each answer.
func programs(t *testing.T) (quick, slow string) {
	t.Helper()
	quick, slow = filepath.Join(t.TempDir(), "quick"), filepath.Join(t.TempDir(), "slow")
	for path, work := range map[string]string{quick: "0", slow: "3000"} {
		out, err := exec.Command("go", "build", "-o", path, "-ldflags", "-X main.work="+work, "./testdata/server").CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	return quick, slow
}

// Ensure that a program is as fast as itself, that one which hashes for each answer is
// slower, and that both are said in either direction.
func TestCompare(t *testing.T) {
	quick, slow := programs(t)
	for _, c := range []struct {
		name, program, reference string
		not                      []Decision
	}{
		{"the same", quick, quick, nil},
		{"slower", slow, quick, []Decision{AsFast, Faster, Undecided}},
		{"faster", quick, slow, []Decision{AsFast, Slower, Undecided}},
	} {
		rounds := 0
		r, err := Compare(t.Context(), Options{Program: c.program, Reference: c.reference, Path: "/", Scratch: t.TempDir(),
			Round: func(Result) { rounds++ }})
		require.NoError(t, err, c.name)
		t.Logf("%s: %.2f (%.2f to %.2f) after %d rounds: %s", c.name, r.Ratio, r.Low, r.High, r.Rounds, r.Decision)
		require.Equal(t, r.Rounds, rounds)
		require.GreaterOrEqual(t, r.Rounds, fewest)
		require.Less(t, r.Low, r.Ratio)
		require.Greater(t, r.High, r.Ratio)
		require.NotContains(t, c.not, r.Decision, c.name)
	}
}

// Ensure that what does not answer is said, and of whom.
func TestNoAnswer(t *testing.T) {
	quick, _ := programs(t)
	_, err := Compare(t.Context(), Options{Program: quick, Reference: quick, Path: "/missing", Scratch: t.TempDir()})
	require.ErrorIs(t, err, ErrAnswer)
	require.ErrorContains(t, err, "your program: no answer with status 200: 404 Not Found")
	_, err = Compare(t.Context(), Options{Program: quick, Reference: quick, Path: "/", Env: []string{"PORT=x"}, Scratch: t.TempDir()})
	require.ErrorContains(t, err, "your program: it exited with status 1 before it listened")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = Compare(ctx, Options{Program: quick, Reference: quick, Path: "/", Scratch: t.TempDir()})
	require.Error(t, err)
}

// Ensure that the interval decides, and that few rounds decide nothing.
func TestResult(t *testing.T) {
	rounds := func(n int, values ...float64) (logs []float64) {
		for i := range n {
			logs = append(logs, math.Log(values[i%len(values)]))
		}
		return logs
	}
	for _, c := range []struct {
		logs []float64
		want Decision
	}{
		{rounds(fewest-1, 1), Undecided},
		{rounds(fewest, 1), AsFast},
		{rounds(fewest, 0.97, 1.03), AsFast},
		{rounds(fewest, 0.94, 0.96), AsFast},    // below 1, and within the margin
		{rounds(most, 0.88, 0.9, 1), Undecided}, // below 1, and perhaps within the margin
		{rounds(fewest, 0.7, 0.75), Slower},
		{rounds(fewest, 1.4, 1.6), Faster},
		{rounds(fewest, 0.5, 2), Undecided},
		{rounds(most, 0.5, 2), Undecided},
	} {
		r := resultOf(c.logs)
		require.Equal(t, c.want, r.Decision, "%+v", r)
	}
	for degrees, want := range map[float64]float64{7: 3.499, 10: 3.169, 20: 2.845, 39: 2.708} { // of the tables
		require.InEpsilon(t, want, student(degrees), 0.02)
	}
}
