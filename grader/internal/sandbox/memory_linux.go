package sandbox

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// memoryEvery is how often the processes of a box and their memory are looked at. Between two looks each
// process is held by its own limit, where there is one.
const memoryEvery = 100 * time.Millisecond

// memory is the limit for the box, with what the race detector takes.
func (o Options) memory() int64 {
	if o.Race != "" {
		return 4 * o.Limits.Memory
	}
	return o.Limits.Memory
}

// watchUse calls tooMuch whenever the processes below the roots, and the roots, use more
// than memory bytes together with what the kernel keeps for them, or are more than so
// many, until done is closed.
func watchUse(memory int64, processes int, done <-chan struct{}, roots func() []int, kernel func() int64, tooMuch func(excess)) {
	tick := time.NewTicker(memoryEvery)
	defer tick.Stop()
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		// First how many there are: a swarm leaves little time to look at each.
		var all []int
		for _, pid := range roots() {
			all = family(all, pid, processes)
		}
		if len(all) > processes {
			tooMuch(swarm)
			continue
		}
		sum := kernel()
		for _, pid := range all {
			sum += resident(pid)
		}
		if sum > memory {
			tooMuch(hog)
		}
	}
}

// family appends the process and all that descend from it to a list, as far as the system
// tells, until there are more than enough.
func family(all []int, pid, enough int) []int {
	i := len(all)
	for all = append(all, pid); i < len(all) && len(all) <= enough; i++ {
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

// resident is how many bytes of memory a process has, with the tables that the kernel
// keeps of its pages: a program that only reads what it maps takes nothing else.
func resident(pid int) int64 {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	var sum int64
	for line := range strings.Lines(string(data)) { // "VmRSS:	    5168 kB"
		if fields := strings.Fields(line); len(fields) == 3 && (fields[0] == "VmRSS:" || fields[0] == "VmPTE:") {
			n, _ := strconv.ParseInt(fields[1], 10, 64)
			sum += n << 10
		}
	}
	return sum
}
