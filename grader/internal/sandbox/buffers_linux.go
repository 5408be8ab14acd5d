package sandbox

import (
	"encoding/binary"
	"fmt"
	"os"

	"golang.org/x/sys/unix"
)

// Of sock_diag(7): what is asked for the memory of sockets, and what an answer has.
const (
	unixRequest    = 24 // bytes of unix_diag_req
	unixShowMemory = 0x20
	unixAnswer     = 16 // bytes of unix_diag_msg, before its attributes
	unixMemory     = 5  // UNIX_DIAG_MEMINFO
	inetMemory     = 7  // INET_DIAG_SKMEMINFO
	memoryReceived = 0  // SK_MEMINFO_RMEM_ALLOC, an index among numbers of 32 bits
	memorySent     = 2  // SK_MEMINFO_WMEM_ALLOC
	memoryQueued   = 5  // SK_MEMINFO_WMEM_QUEUED
)

// buffered is how many bytes the kernel keeps for the sockets that netlink socket fd
// tells of. No limit of a process counts them.
func buffered(fd int) int64 {
	var sum int64
	count := func(head int, attribute uint16) func([]byte) error {
		return func(body []byte) error {
			sum += memoryOf(body[min(head, len(body)):], attribute)
			return nil
		}
	}
	q := make([]byte, unixRequest)
	q[0] = unix.AF_UNIX
	binary.NativeEndian.PutUint32(q[4:], ^uint32(0))
	binary.NativeEndian.PutUint32(q[12:], unixShowMemory)
	dump(fd, q, count(unixAnswer, unixMemory)) // a kernel that cannot tell keeps its secret
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		for _, protocol := range []uint8{unix.IPPROTO_TCP, unix.IPPROTO_UDP} {
			dump(fd, inetRequest(family, protocol, 1<<(inetMemory-1), ^uint32(0)), count(diagAnswer, inetMemory))
		}
	}
	return sum
}

// sockets is how many sockets there are in the network of a process.
func sockets(pid int) (n int, ok bool) {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/sockstat", pid))
	if err != nil {
		return 0, false
	}
	_, err = fmt.Sscanf(string(data), "sockets: used %d", &n)
	return n, err == nil
}

// memoryOf finds the attribute with the memory of one socket.
func memoryOf(attributes []byte, kind uint16) int64 {
	for len(attributes) >= unix.SizeofRtAttr {
		size := int(binary.NativeEndian.Uint16(attributes))
		if size < unix.SizeofRtAttr || size > len(attributes) {
			return 0
		}
		if value := attributes[unix.SizeofRtAttr:size]; binary.NativeEndian.Uint16(attributes[2:]) == kind && len(value) >= 4*(memoryQueued+1) {
			at := func(i int) int64 { return int64(binary.NativeEndian.Uint32(value[4*i:])) }
			return at(memoryReceived) + max(at(memorySent), at(memoryQueued))
		}
		attributes = attributes[min(len(attributes), (size+3)&^3):]
	}
	return 0
}
