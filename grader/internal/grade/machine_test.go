package grade_test

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// machine is what a program may reach for: a home with a secret, and servers.
type machine struct {
	home, secret, mark string
	tcp, unix          net.Listener
	udp                net.PacketConn
	abstract           string
	host               string // an address of the machine beside the loopback ones
	reached            atomic.Int64
}

func newMachine(t *testing.T) *machine {
	t.Helper()
	// A short path: that of a socket may have 107 bytes.
	home, err := os.MkdirTemp("", "h-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(home) })
	m := &machine{home: home, secret: fmt.Sprintf("secret-%x", time.Now().UnixNano()), host: hostAddress()}
	m.mark = "mark" + filepath.Base(home)
	m.abstract = "@" + m.mark
	require.NoError(t, os.MkdirAll(home+"/.ssh", 0o700))
	require.NoError(t, os.WriteFile(home+"/.ssh/id_ed25519", []byte(m.secret), 0o600))
	m.tcp, err = net.Listen("tcp", ":0")
	require.NoError(t, err)
	m.udp, err = net.ListenPacket("udp", ":"+m.port())
	require.NoError(t, err)
	m.unix, err = net.Listen("unix", home+"/socket")
	require.NoError(t, err)
	listeners := []net.Listener{m.tcp, m.unix}
	if runtime.GOOS == "linux" {
		abstract, err := net.Listen("unix", m.abstract)
		require.NoError(t, err)
		listeners = append(listeners, abstract)
	}
	for _, l := range listeners {
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				m.reached.Add(1)
				conn.Close()
			}
		}()
	}
	t.Cleanup(func() { m.udp.Close() })
	go func() {
		for {
			_, from, err := m.udp.ReadFrom(make([]byte, 100))
			if err != nil {
				return
			}
			m.reached.Add(1)
			m.udp.WriteTo([]byte("here"), from)
		}
	}()
	return m
}

func (m *machine) port() string {
	_, port, _ := net.SplitHostPort(m.tcp.Addr().String())
	return port
}

// hostAddress is an address of the machine that is not a loopback one.
func hostAddress() string {
	addresses, err := net.InterfaceAddrs()
	if err == nil {
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
				return n.IP.String()
			}
		}
	}
	return "127.0.0.1"
}

// fill tells a program all that an attacker could know of the machine.
func (m *machine) fill(text string) string {
	return strings.NewReplacer("@HOME@", filepath.ToSlash(m.home), "@MARK@", m.mark, "@PORT@", m.port(), "@HOST@", m.host,
		"@PID@", strconv.Itoa(os.Getpid()), "@ABSTRACT@", m.abstract, "@CACHE@", filepath.ToSlash(shared.cache),
		"@GOCACHE@", filepath.ToSlash(shared.tool.Env["GOCACHE"]), "@GOMODCACHE@", filepath.ToSlash(shared.tool.Env["GOMODCACHE"])).Replace(text)
}

// changes lists what is otherwise than before the program ran: files with its mark,
// which it removes, connections, and processes.
func (m *machine) changes(t *testing.T, program string) []string {
	t.Helper()
	var list []string
	cwd, err := os.Getwd()
	require.NoError(t, err)
	for _, dir := range []string{"/", "/tmp", "/var/tmp", "/dev/shm", "/run", "/etc", os.TempDir(), m.home, shared.cache, shared.cache + "/bin", cwd} {
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			if strings.Contains(e.Name(), m.mark) {
				list = append(list, filepath.Join(dir, e.Name()))
				os.RemoveAll(filepath.Join(dir, e.Name()))
			}
		}
	}
	if data, err := os.ReadFile(m.home + "/.ssh/id_ed25519"); err != nil || string(data) != m.secret {
		list = append(list, "the secret is another")
	}
	if n := m.reached.Load(); n > 0 {
		list = append(list, fmt.Sprintf("%d connections to the machine", n))
	}
	var left []string
	if !assertSoon(func() bool { left = processesOf(program); return len(left) == 0 }) {
		list = append(list, left...)
	}
	return list
}

func assertSoon(holds func() bool) bool {
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if holds() {
			return true
		}
	}
	return holds()
}

// processesOf lists the processes that run the program, wherever they see it.
func processesOf(program string) []string {
	want, err := os.Stat(program)
	if err != nil {
		return nil
	}
	exes, _ := filepath.Glob("/proc/[0-9]*/exe")
	return slices.DeleteFunc(exes, func(exe string) bool {
		info, err := os.Stat(exe)
		return err != nil || !os.SameFile(info, want)
	})
}
