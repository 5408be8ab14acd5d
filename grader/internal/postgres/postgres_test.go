//go:build unix

package postgres

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/sandbox"
)

// TestMain doubles as the grader whose death a test watches: it makes a database,
// says where it is, and waits to be killed.
func TestMain(m *testing.M) {
	if os.Getenv("POSTGRES_TEST_GRADER") == "" {
		os.Exit(m.Run())
	}
	d, err := New().Database()
	if err != nil {
		panic(err)
	}
	fmt.Println(d.cluster.scratch.Dir, d.Name, d.Password)
	select {}
}

// need skips a test where PostgreSQL is missing, but not on the build server.
func need(t *testing.T) string {
	t.Helper()
	dir, err := Find()
	if err != nil && os.Getenv("CI") == "" {
		t.Skipf("%v: %s", err, Install)
	}
	require.NoError(t, err)
	return dir
}

// cluster is one that ends with its test.
func cluster(t *testing.T) *Cluster {
	t.Helper()
	need(t)
	c := New()
	t.Cleanup(func() { c.Close() })
	return c
}

// ask runs SQL as the database's own user, and returns what psql prints.
func ask(t *testing.T, d *Database, database, sql string) (string, error) {
	t.Helper()
	cmd := exec.Command(filepath.Join(need(t), "psql"), "-X", "-q", "-A", "-t", "-h", d.cluster.scratch.Dir, "-U", d.Name, "-d", database, "-c", sql)
	cmd.Env = []string{"PGPASSWORD=" + d.Password, "LC_ALL=C"}
	out, err := cmd.CombinedOutput()
	return strings.TrimSpace(string(out)), err
}

// TestCluster ensures that each database is empty, writable and gone after its Close, and
// that the server and its folder are gone after the cluster's.
func TestCluster(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	began := time.Now()
	first, err := c.Database()
	require.NoError(t, err)
	t.Logf("the server and a database: %v", time.Since(began))
	began = time.Now()
	second, err := c.Database()
	require.NoError(t, err)
	t.Logf("one more database: %v", time.Since(began))
	for _, d := range []*Database{first, second} {
		out, err := ask(t, d, d.Name, "CREATE TABLE articles (id bigserial PRIMARY KEY, title text); INSERT INTO articles (title) VALUES ('é'); SELECT count(*), min(title) FROM articles")
		require.NoError(t, err, out)
		require.Equal(t, "1|é", out)
	}
	before := first.Size()
	_, err = ask(t, first, first.Name, "INSERT INTO articles (title) SELECT repeat('x', 1000) FROM generate_series(1, 10000); SELECT 1")
	require.NoError(t, err)
	require.Greater(t, first.Size(), before+5<<20)

	require.NoError(t, first.Close())
	out, err := ask(t, first, first.Name, "SELECT 1")
	require.Error(t, err, out)
	require.NoError(t, c.Close())
	require.NoError(t, c.Close(), "a second time")
	require.NoDirExists(t, c.scratch.Dir)
	_, err = second.Dial(t.Context())
	require.Error(t, err)
	_, err = c.Database()
	require.Error(t, err)
}

// TestUsers ensures that what a program may do in its own database leads nowhere else.
func TestUsers(t *testing.T) {
	t.Parallel()
	c := cluster(t)
	d, err := c.Database()
	require.NoError(t, err)
	other, err := c.Database()
	require.NoError(t, err)
	out, err := ask(t, d, d.Name, "CREATE TABLE t (a text); SELECT 1")
	require.NoError(t, err, out)
	for _, sql := range []string{
		"COPY t FROM PROGRAM 'id'", "COPY t FROM '/etc/passwd'", "COPY t TO '/tmp/out'", "SELECT pg_read_file('/etc/passwd')",
		"SELECT lo_import('/etc/passwd')", "CREATE ROLE more SUPERUSER", "ALTER ROLE " + d.Name + " SUPERUSER", "SET ROLE grader",
		"CREATE DATABASE more", "ALTER SYSTEM SET fsync = on", "CREATE EXTENSION dblink", "CREATE EXTENSION file_fdw",
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'grader' UNION ALL SELECT 1/0",
		"ALTER ROLE " + d.Name + " CONNECTION LIMIT -1", "SET log_min_messages = debug5", "SET temp_file_limit = -1",
	} {
		out, err := ask(t, d, d.Name, sql)
		require.Error(t, err, "%s: %s", sql, out)
	}
	for _, database := range []string{"postgres", "template1", "template0", other.Name} {
		out, err := ask(t, d, database, "SELECT 1")
		require.Error(t, err, out)
		require.Contains(t, out, database)
	}
	stranger := *d
	stranger.Password = "guess"
	out, err = ask(t, &stranger, d.Name, "SELECT 1")
	require.Error(t, err)
	require.Contains(t, out, "password authentication failed")
}

// TestGreed ensures that one query cannot take the machine's memory or disk, and that the
// server goes on.
func TestGreed(t *testing.T) {
	t.Parallel()
	d, err := cluster(t).Database()
	require.NoError(t, err)
	out, err := ask(t, d, d.Name, "SET work_mem = '2GB'; SELECT length(string_agg(repeat('x', 1000000), '')) FROM generate_series(1, 600)")
	require.Error(t, err, out)
	require.Contains(t, out, "out of memory")
	out, err = ask(t, d, d.Name, "SET work_mem = '64kB'; SELECT count(*) FROM (SELECT repeat('x', 1000) || n AS s FROM generate_series(1, 200000) n ORDER BY s) q")
	require.Error(t, err, out)
	require.Contains(t, out, "temp_file_limit")
	out, err = ask(t, d, d.Name, "SELECT 1")
	require.NoError(t, err, out)
}

// TestKilled ensures that a grader which is killed leaves no process of the server, also
// where one is in the middle of a query; its folder is for the next grader to sweep.
func TestKilled(t *testing.T) {
	t.Parallel()
	need(t)
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere no system call ends a process with its parent")
	}
	grader := exec.Command(os.Args[0])
	grader.Env = append(os.Environ(), "POSTGRES_TEST_GRADER=yes")
	out, err := grader.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, grader.Start())
	line, err := bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	words := strings.Fields(line)
	dir, d := words[0], &Database{Name: words[1], Password: words[2], cluster: &Cluster{scratch: &sandbox.Scratch{Dir: words[0]}}}
	t.Cleanup(func() { os.RemoveAll(dir) })
	ended := make(chan error)
	go func() {
		_, err := ask(t, d, d.Name, "SELECT count(*) FROM generate_series(1, 1e12)")
		ended <- err
	}()
	busy := func() bool {
		n, _ := ask(t, d, d.Name, "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%generate_series(1, 1e12)'")
		return n == "1"
	}
	require.Eventually(t, busy, 10*time.Second, 20*time.Millisecond)
	require.NotEmpty(t, working(t, dir))
	require.NoError(t, grader.Process.Signal(syscall.SIGKILL))
	grader.Wait()
	require.Eventually(t, func() bool { return len(working(t, dir)) == 0 }, 10*time.Second, 20*time.Millisecond)
	require.Error(t, <-ended)
}

// working are the processes that work below a folder.
func working(t *testing.T, dir string) (pids []string) {
	t.Helper()
	links, err := filepath.Glob("/proc/[0-9]*/cwd")
	require.NoError(t, err)
	for _, link := range links {
		if cwd, err := os.Readlink(link); err == nil && strings.HasPrefix(cwd, dir) {
			pids = append(pids, link)
		}
	}
	return pids
}

// TestInstalled ensures that the newest of several versions is taken, and only a whole one.
func TestInstalled(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, v := range []string{"9.6", "10", "17", "15"} {
		require.NoError(t, os.MkdirAll(filepath.Join(root, "pg", v, "bin"), 0o755))
	}
	var got []string
	for _, dir := range installed(root, []string{"/pg/*/bin", "/nothing/*"}) {
		got = append(got, strings.TrimPrefix(dir, root))
	}
	require.Equal(t, []string{"/pg/17/bin", "/pg/15/bin", "/pg/10/bin", "/pg/9.6/bin"}, got)
	whole := filepath.Join(root, "pg", "17", "bin")
	for _, tool := range tools {
		require.False(t, complete(whole))
		require.NoError(t, os.WriteFile(filepath.Join(whole, tool), nil, 0o755))
	}
	require.True(t, complete(whole))
	require.NoError(t, os.Chmod(filepath.Join(whole, "psql"), 0o644))
	require.False(t, complete(whole))
}
