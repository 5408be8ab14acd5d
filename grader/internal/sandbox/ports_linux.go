package sandbox

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Ports lists the TCP ports the process itself listens on, as far as the system
// tells; it is for saying what went wrong, never for a verdict.
func (p *Process) Ports() []int {
	pid := p.cmd.Process.Pid
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil || p.Ended() {
		return nil
	}
	inodes := map[string]bool{}
	for _, fd := range fds {
		if link, err := os.Readlink(fd); err == nil && strings.HasPrefix(link, "socket:[") {
			inodes[strings.Trim(link, "socket:[]")] = true
		}
	}
	var ports []int
	for _, table := range []string{"tcp", "tcp6"} {
		ports = append(ports, listening(fmt.Sprintf("/proc/%d/net/%s", pid, table), inodes)...)
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// listening reads one table of the form of proc(5): the second field is the local
// address, the fourth the state (0A: listen), the tenth the inode. The kernel gives the
// listening sockets first; the thousands that a busy machine has behind them, just
// closed most of them, are not read.
func listening(file string, inodes map[string]bool) []int {
	f, err := os.Open(file)
	if err != nil {
		return nil
	}
	defer f.Close()
	var ports []int
	sc := bufio.NewScanner(f)
	for sc.Scan() { // the first line has the names of the fields
		fields := strings.Fields(sc.Text())
		switch {
		case len(fields) < 10 || fields[0] == "sl":
			continue
		case fields[3] != "0A":
			return ports
		case !inodes[fields[9]]:
			continue
		}
		_, hex, _ := strings.Cut(fields[1], ":")
		if n, err := strconv.ParseUint(hex, 16, 16); err == nil {
			ports = append(ports, int(n))
		}
	}
	return ports
}
