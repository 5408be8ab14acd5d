package sandbox

import (
	"math"
	"os/exec"
	"runtime"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// keepDescriptors keeps from what is started the descriptors that the grader's own
// parent left open for it: a terminal, a file of a shell script, a CI runner's pipe.
var keepDescriptors = sync.OnceFunc(func() {
	unix.CloseRange(3, math.MaxUint32, unix.CLOSE_RANGE_CLOEXEC) // Linux 5.11; before, they stay open
})

// The kernel sends Pdeathsig when the thread that started the process ends, not
// the process (go.dev/issue/27505): so one thread, which lives as long as the
// grader, starts them all.
var starter = sync.OnceValue(func() chan<- func() {
	jobs := make(chan func())
	go func() {
		runtime.LockOSThread()
		for job := range jobs {
			job()
		}
	}()
	return jobs
})

// startProcess starts cmd so that it dies with the grader, also at kill -9.
func startProcess(cmd *exec.Cmd) error {
	keepDescriptors()
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	done := make(chan error)
	starter() <- func() { done <- cmd.Start() }
	return <-done
}
