// Package shim is pid 1 of a box of level "namespaces": it makes the box's file system
// and its limits, starts programs there, reaps what they leave, and makes sockets that
// the grader connects from outside.
//
// It is the grader's own binary, started once more with [Env] in its environment, and
// takes over while packages are initialised: running all of the grader's package
// initialisation first would cost ten times as much. The order of initialisation
// (go.dev/ref/spec#Program_initialization) lets it begin as soon as its own imports
// are there, so it imports nothing but the standard library's lowest packages.
//
// Grader and shim talk by packets over a unix socket (SOCK_SEQPACKET): a Kind, the
// number of the request, then numbers and strings, with descriptors beside them.
package shim

// Env is the variable whose presence makes a grader's binary a shim.
const Env = "ECHOFROMZERO_BOX"

// Probe is the value of Env with which the binary ends at once, with status 0: a
// program that every machine has.
const Probe = "probe"

// Control is the descriptor on which the shim finds its socket.
const Control = 3

// A Kind says what a packet is.
type Kind byte

// Requests of the grader.
const (
	Setup  Kind = 'B' // the whole box; see Config
	Start  Kind = 'S' // path, folder, args, env; stdout and stderr beside it
	Signal Kind = 'K' // request of the start, signal, 1 for its whole group
	Socket Kind = 'C' // nothing; the answer has a TCP socket beside it
	Listen Kind = 'L' // port; the answer has a listening socket beside it
	Put    Kind = 'P' // path below /work, a part of the file; parts come in their order
	Get    Kind = 'G' // path below /work; the answer has the open file beside it
)

// Packets of the shim.
const (
	Answer Kind = 'A' // request, errno, a number, what failed
	Exited Kind = 'X' // request of the start, wait status
)

// Work is the folder of a box that its programs may write in, and Data the one of it that
// they share.
const (
	Work = "/work"
	Data = Work + "/data"
)

// MaxPacket is the size of the largest packet, in bytes: the environment of a program
// has to go into one.
const MaxPacket = 160 << 10

// A Packet is one message under construction, or one that is read.
type Packet struct {
	Data []byte
	bad  bool
}

// NewPacket begins a packet.
func NewPacket(k Kind, request uint32) *Packet {
	p := &Packet{Data: []byte{byte(k)}}
	p.Number(uint64(request))
	return p
}

// Number adds a number.
func (p *Packet) Number(n uint64) {
	for i := range 8 {
		p.Data = append(p.Data, byte(n>>(8*i)))
	}
}

// Text adds a string.
func (p *Packet) Text(s string) {
	p.Number(uint64(len(s)))
	p.Data = append(p.Data, s...)
}

// Texts adds a list of strings.
func (p *Packet) Texts(list []string) {
	p.Number(uint64(len(list)))
	for _, s := range list {
		p.Text(s)
	}
}

// Open reads the head of a packet.
func Open(data []byte) (p *Packet, k Kind, request uint32) {
	if len(data) == 0 {
		return &Packet{bad: true}, 0, 0
	}
	p = &Packet{Data: data[1:]}
	return p, Kind(data[0]), uint32(p.TakeNumber())
}

// TakeNumber reads the next number; 0 behind the end.
func (p *Packet) TakeNumber() uint64 {
	if len(p.Data) < 8 {
		p.Data, p.bad = nil, true
		return 0
	}
	var n uint64
	for i := range 8 {
		n |= uint64(p.Data[i]) << (8 * i)
	}
	p.Data = p.Data[8:]
	return n
}

// TakeText reads the next string.
func (p *Packet) TakeText() string {
	n := p.TakeNumber()
	if n > uint64(len(p.Data)) {
		p.Data, p.bad = nil, true
		return ""
	}
	s := string(p.Data[:n])
	p.Data = p.Data[n:]
	return s
}

// TakeTexts reads a list of strings.
func (p *Packet) TakeTexts() []string {
	n := p.TakeNumber()
	var list []string
	for range n {
		if p.bad {
			return nil
		}
		list = append(list, p.TakeText())
	}
	return list
}

// Bad reports whether more was read than the packet holds.
func (p *Packet) Bad() bool { return p.bad }

// A Config says what the box is.
type Config struct {
	Visible []string // files and folders of the machine that are seen at their own place, read-only
	Links   []string // pairs: a path in the box, and where the symbolic link points
	Files   []string // pairs: a path in the box, and what is in the file
	UID     int      // of the programs, inside
	GID     int
	Own     bool     // the shim has another user id than its programs
	Work    string   // mount options of /work: "size=64m,nr_inodes=16384,mode=1777"
	Rlimits []uint64 // triples: resource, soft, hard
	Filter  []byte   // seccomp program: struct sock_filter in the machine's byte order
}

// Packet is the request that sets the box up.
func (c Config) Packet(request uint32) *Packet {
	p := NewPacket(Setup, request)
	p.Texts(c.Visible)
	p.Texts(c.Links)
	p.Texts(c.Files)
	p.Number(uint64(c.UID))
	p.Number(uint64(c.GID))
	own := uint64(0)
	if c.Own {
		own = 1
	}
	p.Number(own)
	p.Text(c.Work)
	p.Number(uint64(len(c.Rlimits)))
	for _, n := range c.Rlimits {
		p.Number(n)
	}
	p.Text(string(c.Filter))
	return p
}

// TakeConfig reads what Packet wrote.
func (p *Packet) TakeConfig() Config {
	var c Config
	c.Visible, c.Links, c.Files = p.TakeTexts(), p.TakeTexts(), p.TakeTexts()
	c.UID, c.GID = int(p.TakeNumber()), int(p.TakeNumber())
	c.Own = p.TakeNumber() == 1
	c.Work = p.TakeText()
	n := p.TakeNumber()
	for range n {
		if p.bad {
			break
		}
		c.Rlimits = append(c.Rlimits, p.TakeNumber())
	}
	c.Filter = []byte(p.TakeText())
	return c
}
