package cli_test

import (
	"bufio"
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// Ensure that a deployed program can be asked, over HTTPS and below a path, and that what
// it lacks is told without a point given or a file kept.
func TestDeployed(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "articles")
	build := exec.Command("go", "build", "-ldflags", "-X main.version=4.5.6", "-o", program, "./phases/08-next/.hidden/solution")
	build.Dir = repo(t)
	out, err := build.CombinedOutput()
	require.NoError(t, err, "%s", out)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), "HOST=127.0.0.1", "PORT="+port, "DATABASE_URL=sqlite://"+filepath.ToSlash(filepath.Join(t.TempDir(), "a.db")),
		"JWT_SECRET=0123456789012345678901234567890123456789", "DEBUG=")
	printed, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	_, err = bufio.NewReader(printed).ReadString('\n') // it listens
	require.NoError(t, err)

	at, err := url.Parse("http://127.0.0.1:" + port)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(at)
	front := httptest.NewTLSServer(http.StripPrefix("/service", proxy))
	defer front.Close()
	trusted := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw}), 0o600))

	dir, grader := solvedWorkspace(t)
	run := func(env string, args ...string) (string, int) {
		cmd := grader(args...)
		cmd.Env = append(cmd.Env, env)
		out, _ := cmd.CombinedOutput()
		return regexp.MustCompile(`:\d{4,5}\b`).ReplaceAllString(string(out), ":PORT"), cmd.ProcessState.ExitCode()
	}
	before, err := os.ReadFile(filepath.Join(dir, ".grader", "progress.json"))
	require.NoError(t, err)

	screen, code := run("", "check", "8.11", "--url", at.String()+"/")
	require.Zero(t, code, "%s", screen)
	require.Contains(t, screen, "http://127.0.0.1:PORT answers as it should: 1")
	require.Contains(t, screen, "gives no points")

	screen, code = run("SSL_CERT_FILE="+trusted, "check", "8.11", "--url", front.URL+"/service")
	require.Zero(t, code, "%s", screen)

	screen, code = run("", "check", "8.11", "--url", front.URL+"/service")
	require.Equal(t, 1, code, "%s", screen)
	require.Contains(t, screen, "certificate", "an untrusted one is no answer")

	screen, code = run("SSL_CERT_FILE="+trusted, "check", "8.11", "--url", front.URL) // nothing is there
	require.Equal(t, 1, code, "%s", screen)
	require.Contains(t, screen, "curl -i https://127.0.0.1:PORT/healthz")
	require.Contains(t, screen, "404 Not Found")

	screen, code = run("", "check", "8.11", "--format", "json", "--url", at.String())
	require.Zero(t, code, "%s", screen)
	require.Contains(t, screen, `"points": 0`)
	require.Contains(t, screen, `"url": "http://127.0.0.1:PORT"`)

	for _, args := range [][]string{
		{"check", "8.11", "--url", "articles.example.com"},
		{"check", "8.11", "--url", "https://user@example.com"},
		{"check", "08", "--url", "https://example.com"},
		{"check", "1.1", "--url", "https://example.com"},
		{"check", "--url", "https://example.com"},
	} {
		screen, code = run("", args...)
		require.Equal(t, 2, code, "%s: %s", args, screen)
	}
	after, err := os.ReadFile(filepath.Join(dir, ".grader", "progress.json"))
	require.NoError(t, err)
	require.Equal(t, string(before), string(after), "nothing is kept")
}
