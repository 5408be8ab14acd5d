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

// serviceNamespaces makes the process the first of its own: with it ends all that it
// starts, and what it shares of the kernel's memory is freed.
func serviceNamespaces(a *syscall.SysProcAttr, uid, gid int) {
	a.Cloneflags = unix.CLONE_NEWUSER | unix.CLONE_NEWPID | unix.CLONE_NEWIPC
	a.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
	a.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	a.GidMappingsEnableSetgroups = a.Credential != nil
}

// startProcess starts cmd so that it dies with the grader, also at kill -9.
func startProcess(cmd *exec.Cmd) error {
	keepDescriptors()
	cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	done := make(chan error)
	starter() <- func() { done <- cmd.Start() }
	return <-done
}
