package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// memoryEvery is how often the memory of a box is looked at. Between two looks each
// process is held by its own limit, where there is one.
const memoryEvery = 100 * time.Millisecond

// memory is the limit for the box, with what the race detector takes.
func (o Options) memory() int64 {
	if o.Race {
		return 4 * o.Limits.Memory
	}
	return o.Limits.Memory
}

// The kernel keeps what is sent and not yet received, up to socketMemory bytes a
// socket, and counts it nowhere. So sockets count as memory, but for the first ones.
const (
	freeSockets  = 1024
	socketMemory = 256 << 10
)

// watchMemory calls tooMuch whenever the processes below the roots, and the roots, use
// more than limit bytes together, with what extra says, until done is closed.
func watchMemory(limit int64, done <-chan struct{}, roots func() []int, extra func() int64, tooMuch func()) {
	tick := time.NewTicker(memoryEvery)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		sum := extra()
		for _, pid := range roots() {
			for _, p := range family(pid) {
				sum += resident(p)
			}
		}
		if sum > limit {
			tooMuch()
		}
	}
}

// family is the process and all that descend from it, as far as the system tells.
func family(pid int) []int {
	all := []int{pid}
	for i := 0; i < len(all) && len(all) < 10_000; i++ {
		all = append(all, children(all[i])...)
	}
	return all
}

func children(pid int) []int {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	var all []int
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		for _, word := range strings.Fields(string(data)) {
			if n, err := strconv.Atoi(word); err == nil {
				all = append(all, n)
			}
		}
	}
	return all
}

// inSockets is the memory that the sockets of a process's network may hold, beyond
// what every program may have.
func inSockets(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/sockstat", pid))
	if err != nil {
		return 0
	}
	var n int64
	fmt.Sscanf(string(data), "sockets: used %d", &n)
	return max(0, n-freeSockets) * socketMemory
}

// resident is how many bytes of memory a process has: the second number of statm, in
// pages.
func resident(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(data))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}
