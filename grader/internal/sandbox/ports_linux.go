package sandbox

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// portsOf lists the TCP ports that the process listens on.
func portsOf(pid int) []int {
	inodes := socketsOf(pid)
	if len(inodes) == 0 {
		return nil
	}
	return portsAmong(inodes, listeners(pid))
}

func portsAmong(inodes map[uint32]bool, listening map[uint32]int) []int {
	var ports []int
	for inode, port := range listening {
		if inodes[inode] {
			ports = append(ports, port)
		}
	}
	slices.Sort(ports)
	return slices.Compact(ports)
}

// socketsOf are the inodes of the sockets that a process has open.
func socketsOf(pid int) map[uint32]bool {
	fds, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	if err != nil {
		return nil
	}
	inodes := map[uint32]bool{}
	for _, fd := range fds {
		link, err := os.Readlink(fd)
		number, ok := strings.CutPrefix(link, "socket:[")
		if err != nil || !ok {
			continue
		}
		if n, err := strconv.ParseUint(strings.TrimSuffix(number, "]"), 10, 32); err == nil {
			inodes[uint32(n)] = true
		}
	}
	return inodes
}

// listeners are the TCP sockets that listen where the process is, by inode. The
// tables of proc(5) would do, but to read one the kernel walks over all buckets of its
// connections, which takes milliseconds on a machine with much memory.
func listeners(pid int) map[uint32]int {
	found := map[uint32]int{}
	here, err1 := os.Readlink("/proc/self/ns/net")
	there, err2 := os.Readlink(fmt.Sprintf("/proc/%d/ns/net", pid))
	if err1 == nil && err2 == nil && here == there && diagnose(unix.AF_INET, found) == nil && diagnose(unix.AF_INET6, found) == nil {
		return found
	}
	for _, table := range []string{"tcp", "tcp6"} {
		readTable(fmt.Sprintf("/proc/%d/net/%s", pid, table), found)
	}
	return found
}

// Sizes and offsets of sock_diag(7): a request is inet_diag_req_v2, an answer
// inet_diag_msg.
const (
	diagByFamily = 20 // SOCK_DIAG_BY_FAMILY
	diagRequest  = 56 // bytes of inet_diag_req_v2
	diagPort     = 4  // where an answer has the local port, big-endian
	diagInode    = 68 // where it has the inode
	diagAnswer   = 72 // bytes of inet_diag_msg
	stateListen  = 10 // TCP_LISTEN
)

var errDiag = errors.New("the kernel does not tell its listening sockets")

// diagnose asks the kernel for the listening TCP sockets of a family.
func diagnose(family uint8, found map[uint32]int) error {
	fd, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, unix.NETLINK_INET_DIAG)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	return diagnoseOn(fd, family, found)
}

// diagnoseOn asks on a socket: it tells those of the network namespace it was made in.
func diagnoseOn(fd int, family uint8, found map[uint32]int) error {
	return dump(fd, inetRequest(family, unix.IPPROTO_TCP, 0, 1<<stateListen), func(body []byte) error {
		if len(body) < diagAnswer {
			return errDiag
		}
		found[binary.NativeEndian.Uint32(body[diagInode:])] = int(binary.BigEndian.Uint16(body[diagPort:]))
		return nil
	})
}

// inetRequest asks for the sockets of a family and a protocol in the states, with the
// attributes given.
func inetRequest(family, protocol, attributes uint8, states uint32) []byte {
	q := make([]byte, diagRequest)
	q[0], q[1], q[2] = family, protocol, attributes
	binary.NativeEndian.PutUint32(q[4:], states)
	return q
}

// dump sends a request of sock_diag(7) and calls each for every answer.
func dump(fd int, request []byte, each func(body []byte) error) error {
	wait := unix.NsecToTimeval(time.Second.Nanoseconds())
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &wait); err != nil {
		return err
	}
	q := make([]byte, unix.SizeofNlMsghdr, unix.SizeofNlMsghdr+len(request))
	binary.NativeEndian.PutUint32(q[0:], uint32(cap(q)))
	binary.NativeEndian.PutUint16(q[4:], diagByFamily)
	binary.NativeEndian.PutUint16(q[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	if err := unix.Sendto(fd, append(q, request...), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return err
	}
	buf := make([]byte, 64<<10)
	for {
		n, _, err := unix.Recvfrom(fd, buf, 0)
		if err != nil {
			return err
		}
		if done, err := answers(buf[:n], each); done || err != nil {
			return err
		}
	}
}

// answers reads one datagram of answers, and says whether it was the last.
func answers(data []byte, each func(body []byte) error) (done bool, err error) {
	for len(data) >= unix.SizeofNlMsghdr {
		size := int(binary.NativeEndian.Uint32(data))
		if size < unix.SizeofNlMsghdr || size > len(data) {
			return false, errDiag
		}
		switch binary.NativeEndian.Uint16(data[4:]) {
		case unix.NLMSG_DONE:
			return true, nil
		case unix.NLMSG_ERROR:
			return false, errDiag
		case diagByFamily:
			if err := each(data[unix.SizeofNlMsghdr:size]); err != nil {
				return false, err
			}
		}
		data = data[min(len(data), (size+3)&^3):]
	}
	return false, nil
}

// readTable reads one table of proc(5): the second field is the local address, the
// fourth the state (0A: listen), the tenth the inode.
func readTable(file string, found map[uint32]int) {
	f, err := os.Open(file)
	if err != nil {
		return
	}
	defer f.Close()
	for sc := bufio.NewScanner(f); sc.Scan(); {
		fields := strings.Fields(sc.Text())
		if len(fields) < 10 || fields[3] != "0A" {
			continue
		}
		_, hex, _ := strings.Cut(fields[1], ":")
		port, err1 := strconv.ParseUint(hex, 16, 16)
		inode, err2 := strconv.ParseUint(fields[9], 10, 32)
		if err1 == nil && err2 == nil {
			found[uint32(inode)] = int(port)
		}
	}
}
