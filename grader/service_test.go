package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/postgres"
)

var serviceKills = flag.Int("service.kills", 50, "how often the reference of phase 08 is killed while it writes, on each database")

// TestNothingAnsweredIsLost kills the reference of phase 08 at random moments, while 16
// clients create articles: each that was answered with 201 is there afterwards.
func TestNothingAnsweredIsLost(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "articles")
	out, err := exec.Command("go", "build", "-o", program, "../phases/08-next/.hidden/solution").CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		killService(t, program, "sqlite://"+filepath.ToSlash(filepath.Join(t.TempDir(), "articles.db")))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		if _, err := postgres.Find(); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(err)
			}
			t.Skipf("%v: %s", err, postgres.Install)
		}
		cluster := postgres.New()
		defer cluster.Close()
		db, err := cluster.Database()
		require.NoError(t, err)
		defer db.Close()
		killService(t, program, fmt.Sprintf("postgres://%s:%s@%s/%[1]s?sslmode=disable", db.Name, db.Password, reach(t, db)))
	})
}

// reach is a TCP address at which the database answers.
func reach(t *testing.T, db *postgres.Database) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer in.Close()
				out, err := db.Dial(t.Context())
				if err != nil {
					return
				}
				defer out.Close()
				go func() {
					io.Copy(out, in)
					out.Close() // the program has been killed
				}()
				io.Copy(in, out)
			}()
		}
	}()
	return l.Addr().String()
}

// TestFeedHasNoRace lets listeners come and go while articles are made, and stops the
// program in the middle of it: the race detector has nothing to say of either right program.
func TestFeedHasNoRace(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds two programs with the race detector")
	}
	if runtime.GOOS == "windows" {
		t.Skip("no program can be told to stop there")
	}
	if _, err := exec.LookPath("gcc"); err != nil && os.Getenv("CI") == "" {
		t.Skip("the race detector needs a C compiler")
	}
	t.Parallel()
	for _, name := range []string{"solution", "second"} {
		program := filepath.Join(t.TempDir(), name)
		build := exec.Command("go", "build", "-race", "-trimpath", "-o", program, "../phases/08-next/.hidden/"+name)
		build.Env = append(os.Environ(), "CGO_ENABLED=1")
		out, err := build.CombinedOutput()
		require.NoError(t, err, "%s", out)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raceFeed(t, startService(t, program, "sqlite://"+filepath.ToSlash(filepath.Join(t.TempDir(), "articles.db"))))
		})
	}
}

func raceFeed(t *testing.T, s *service) {
	defer s.kill()
	token := s.login()
	feed := "ws" + strings.TrimPrefix(s.url, "http") + "/api/v1/feed"
	var wg sync.WaitGroup
	heard := new(atomic.Int64)
	for i := range 40 {
		wg.Go(func() {
			for range 5 {
				conn, _, err := websocket.DefaultDialer.Dial(feed, nil)
				if err != nil {
					return // it is stopping
				}
				for range 10 * (1 + i%4) {
					if _, _, err := conn.ReadMessage(); err != nil {
						break
					}
					heard.Add(1)
				}
				conn.Close()
			}
		})
	}
	for range 8 {
		wg.Go(func() {
			for {
				article := map[string]any{"title": "t", "body": "b", "tags": []string{}}
				if s.ask(http.DefaultClient, http.MethodPost, "/api/v1/articles", token, article, new(created)) == 0 {
					return
				}
			}
		})
	}
	require.Eventually(t, func() bool { return heard.Load() > 1000 }, time.Minute, 10*time.Millisecond)
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	wg.Wait()
	require.NoError(t, s.cmd.Wait(), "a race ends the program with status 66: %s", s.printed)
	require.NotContains(t, s.printed.String(), "DATA RACE")
}

// service is the reference, started.
type service struct {
	t       *testing.T
	url     string
	cmd     *exec.Cmd
	printed *bytes.Buffer // on standard error; whole once the program has ended
}

func startService(t *testing.T, program, database string) *service {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	s := &service{t: t, url: "http://127.0.0.1:" + port, cmd: exec.Command(program), printed: new(bytes.Buffer)}
	s.cmd.Env = append(os.Environ(), "HOST=127.0.0.1", "PORT="+port, "DATABASE_URL="+database, "JWT_SECRET=0123456789012345678901234567890123456789")
	s.cmd.Stderr = s.printed
	require.NoError(t, s.cmd.Start())
	require.Eventually(t, func() bool {
		res, err := http.Get(s.url + "/healthz")
		if err == nil {
			res.Body.Close()
		}
		return err == nil
	}, 30*time.Second, 2*time.Millisecond, "the program does not start")
	return s
}

// login registers somebody and returns their token.
func (s *service) login() string {
	var login struct{ Token string }
	who := map[string]string{"username": "writer", "password": "long enough"}
	s.ask(http.DefaultClient, http.MethodPost, "/api/v1/register", "", who, new(any))
	require.Equal(s.t, http.StatusOK, s.ask(http.DefaultClient, http.MethodPost, "/api/v1/login", "", who, &login))
	return login.Token
}

func (s *service) kill() {
	s.cmd.Process.Kill()
	s.cmd.Wait()
}

// ask makes a request; without an answer its status is 0.
func (s *service) ask(client *http.Client, method, path, token string, body, into any) (status int) {
	data, _ := json.Marshal(body)
	req, _ := http.NewRequest(method, s.url+path, bytes.NewReader(data))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := client.Do(req)
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	if json.NewDecoder(res.Body).Decode(into) != nil {
		return 0
	}
	return res.StatusCode
}

type created struct{ ID int }

func killService(t *testing.T, program, database string) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	s := startService(t, program, database)
	defer func() { s.kill() }()
	token := s.login()
	rounds := *serviceKills
	if testing.Short() {
		rounds = min(rounds, 5)
	}
	answered, midway := 0, 0
	for round := range rounds {
		tag := fmt.Sprintf("round-%d", round)
		ids := s.write(tag, token, time.Duration(rng.Int64N(int64(150*time.Millisecond))))
		s = startService(t, program, database)
		there := s.list(tag)
		for _, id := range ids {
			require.Contains(t, there, id, "round %d: an article that was answered with 201 is gone", round)
		}
		answered += len(ids)
		if len(there) > len(ids) {
			midway++ // it was killed between a commit and its answer
		}
	}
	require.Positive(t, answered)
	t.Logf("%d kills, %d articles were answered, and after %d kills one more was there than that", rounds, answered, midway)
}

// write creates articles with 16 clients, kills the program after a while, and returns the
// ids that were answered.
func (s *service) write(tag, token string, after time.Duration) []int {
	var mu sync.Mutex
	var ids []int
	var wg sync.WaitGroup
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	for range 16 {
		wg.Go(func() {
			for {
				var a created
				status := s.ask(client, http.MethodPost, "/api/v1/articles", token, map[string]any{"title": "t", "body": "b", "tags": []string{tag}}, &a)
				if status == 0 {
					return // killed
				}
				if status == http.StatusCreated {
					mu.Lock()
					ids = append(ids, a.ID)
					mu.Unlock()
				}
			}
		})
	}
	time.Sleep(after)
	s.kill()
	wg.Wait()
	client.CloseIdleConnections()
	return ids
}

// list are the ids of all articles with the tag.
func (s *service) list(tag string) map[int]bool {
	ids := map[int]bool{}
	for page := 1; ; page++ {
		var list struct {
			Items []created
			Total int
		}
		path := fmt.Sprintf("/api/v1/articles?per_page=100&page=%d&tag=%s", page, tag)
		require.Equal(s.t, http.StatusOK, s.ask(http.DefaultClient, http.MethodGet, path, "", nil, &list))
		for _, a := range list.Items {
			ids[a.ID] = true
		}
		if len(list.Items) == 0 {
			require.Len(s.t, ids, list.Total)
			return ids
		}
	}
}
