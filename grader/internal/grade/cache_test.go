package grade_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/postgres"
)

// TestCache ensures that a pass is remembered, and only as long as everything
// that it depends on stays the same.
func TestCache(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	l := newLabIn(t, cache)
	p := phase(exercise(t, "1.1", passes), exercise(t, "1.2", passes), exercise(t, "1.3", fails))
	q := grade.Request{Phase: p, Files: server(), Only: []string{"1.1", "1.2"}}
	first := l.grade(t, q)
	require.Equal(t, []string{"1.1 pass", "1.2 pass"}, statuses(first))
	require.False(t, first.Exercises[0].Cached)
	require.False(t, first.Build.Cached)

	bin := filepath.Join(cache, "bin")
	emptied := func() { // whatever runs now must be built again
		require.NoError(t, os.RemoveAll(bin))
		require.NoError(t, os.Mkdir(bin, 0o755))
	}
	emptied()
	again := l.grade(t, q)
	requireEmpty(t, bin)
	require.Equal(t, grade.Build{OK: true, Cached: true}, again.Build, "nothing was built")
	require.Equal(t, []int{20, 20}, []int{again.Score, again.Max})
	require.True(t, again.Done())
	for i, r := range again.Exercises {
		require.True(t, r.Cached)
		require.Equal(t, grade.Pass, r.Status)
		require.Equal(t, first.Exercises[i].Checks, r.Checks)
		require.Zero(t, r.Took)
	}

	edited := server()
	edited["answer.go"] = append(edited["answer.go"], "\n// A comment.\n"...)
	added := server()
	added["list.txt"] = []byte("data\n")
	another := server()
	another["answer.go"] = append(another["answer.go"], "\n// Another comment.\n"...)
	other := exercise(t, "1.1", passes+"body true\n")
	for name, c := range map[string]struct {
		version string
		change  func(*grade.Request)
	}{
		"Edited":       {"1", func(q *grade.Request) { q.Files = edited }},
		"Added":        {"1", func(q *grade.Request) { q.Files = added }},
		"Version":      {"2", func(*grade.Request) {}},
		"Seed":         {"1", func(q *grade.Request) { q.Seed = 7 }},
		"NoCache":      {"1", func(q *grade.Request) { q.NoCache = true }},
		"OtherSuite":   {"1", func(q *grade.Request) { q.Phase = phase(other, p.Exercises[1]); q.Only = []string{"1.1"} }},
		"OtherID":      {"1", func(q *grade.Request) { q.Phase = phase(renamed(p.Exercises[0], "1.9")); q.Only = nil }},
		"NotAsked":     {"1", func(q *grade.Request) { q.Only = []string{"1.3"} }},
		"PinnedEdited": {"1", func(q *grade.Request) { q.Phase = pinned(p, another) }},
	} {
		t.Run(name, func(t *testing.T) {
			emptied()
			o := l.options
			o.Version = c.version
			q := q
			c.change(&q)
			v, err := grade.New(o).Grade(t.Context(), q)
			require.NoError(t, err)
			require.False(t, v.Build.Cached)
			for _, r := range v.Exercises {
				require.False(t, r.Cached)
				require.Positive(t, r.Took)
			}
		})
	}
	require.True(t, l.grade(t, q).Exercises[0].Cached, "the first pass is still known")
	t.Run("FailIsRunAgain", func(t *testing.T) {
		q := grade.Request{Phase: p, Files: server()}
		for range 2 {
			v := l.grade(t, q)
			require.Equal(t, []string{"1.1 pass", "1.2 pass", "1.3 fail"}, statuses(v))
			require.True(t, v.Exercises[0].Cached)
			require.False(t, v.Exercises[2].Cached)
			require.Positive(t, v.Exercises[2].Took)
		}
	})
	t.Run("NothingKept", func(t *testing.T) {
		for name, q := range map[string]grade.Request{
			"Seed":    {Phase: p, Files: edited, Only: []string{"1.2"}, Seed: 7},
			"NoCache": {Phase: p, Files: answering(`w.Write([]byte("ok"))`), Only: []string{"1.2"}, NoCache: true},
		} {
			fresh := newLab(t)
			require.Equal(t, []string{"1.2 pass"}, statuses(fresh.grade(t, q)), name)
			q.Seed, q.NoCache = 0, false
			require.False(t, fresh.grade(t, q).Exercises[0].Cached, name)
		}
	})
	t.Run("PostgreSQL", func(t *testing.T) { // a pass without it is none with it
		if _, err := postgres.Find(); err != nil {
			t.Skip(err)
		}
		p := phase(exercise(t, "1.4", passes+"[postgres] status 200\n"))
		q := grade.Request{Phase: p, Files: server()}
		require.False(t, l.grade(t, q).Exercises[0].Cached)
		require.True(t, l.grade(t, q).Exercises[0].Cached)
		o := l.options
		o.Postgres = postgres.New()
		defer o.Postgres.Close()
		v, err := grade.New(o).Grade(t.Context(), q)
		require.NoError(t, err)
		require.Equal(t, []string{"1.4 pass"}, statuses(v))
		require.False(t, v.Exercises[0].Cached)
	})
	t.Run("Passes", func(t *testing.T) { // in a folder of the caller's: kept while all is run, and only there
		fresh, folder := newLab(t), t.TempDir()
		q := grade.Request{Phase: p, Files: server(), Only: []string{"1.2"}, NoCache: true, Passes: folder}
		for range 2 {
			require.False(t, fresh.grade(t, q).Exercises[0].Cached)
		}
		q.NoCache = false
		require.True(t, fresh.grade(t, q).Exercises[0].Cached)
		q.Passes = ""
		require.False(t, fresh.grade(t, q).Exercises[0].Cached)
	})
	t.Run("NoFolder", func(t *testing.T) {
		l := newLab(t, func(o *grade.Options) { o.Cache = "" })
		for range 2 {
			require.False(t, l.grade(t, q).Exercises[0].Cached)
		}
		require.NoFileExists(t, "pass")
	})
	t.Run("Torn", func(t *testing.T) { // a file that was cut while it was written
		files, err := filepath.Glob(filepath.Join(l.options.Cache, "pass", "*"))
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			require.NoError(t, os.WriteFile(file, nil, 0o644))
		}
		require.False(t, l.grade(t, q).Exercises[0].Cached)
		require.True(t, l.grade(t, q).Exercises[0].Cached)
	})
}

func renamed(e *catalog.Exercise, id string) *catalog.Exercise {
	c := *e
	c.ID = id
	return &c
}

func pinned(p *catalog.Phase, solution catalog.Files) *catalog.Phase {
	c := *p
	c.Pinned, c.Solution = []string{"answer.go"}, solution
	return &c
}

// TestSeed ensures that a seed replays the random values, which differ otherwise.
func TestSeed(t *testing.T) {
	t.Parallel()
	p := phase(exercise(t, "1.1", "# it knows the word\nserve\nGET /ok?w=$RANDOM_WORD\nbody -is $RANDOM_WORD2\n"))
	l := newLab(t)
	ask := func(seed uint64) (uint64, grade.Failure) {
		v := l.grade(t, grade.Request{Phase: p, Files: server(), Seed: seed, NoRetry: true})
		require.Equal(t, []string{"1.1 fail"}, statuses(v))
		f := *v.Exercises[0].Failure
		require.Regexp(t, `^[a-z]{8}$`, f.Want)
		require.Regexp(t, `w=[a-z]{8}'?$`, f.Request)
		return v.Seed, f
	}
	seed, seven := ask(7)
	require.EqualValues(t, 7, seed)
	_, again := ask(7)
	require.Equal(t, []string{seven.Want, seven.Request}, []string{again.Want, again.Request})
	_, eight := ask(8)
	require.NotEqual(t, seven.Want, eight.Want)
	require.NotEqual(t, seven.Request, eight.Request)

	fresh, first := ask(0)
	require.NotZero(t, fresh)
	other, second := ask(0)
	require.NotEqual(t, fresh, other)
	require.NotEqual(t, first.Want, second.Want)
	_, replayed := ask(fresh)
	require.Equal(t, []string{first.Want, first.Request}, []string{replayed.Want, replayed.Request}, "the seed of a verdict replays it")
}
