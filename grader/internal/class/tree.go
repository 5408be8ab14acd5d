package class

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// memory is what an archive holds, read into memory: a workspace.Tree.
type memory struct {
	nodes map[string]*node // by path; "." is the top
}

// node is a file, a folder or something else of a memory. It is its own fs.FileInfo.
type node struct {
	name string // last part of the path
	mode fs.FileMode
	size int64  // of the file, of which data may be only the beginning
	data []byte // of a regular file
	kids []fs.DirEntry
}

func newMemory() *memory {
	return &memory{nodes: map[string]*node{".": {name: ".", mode: fs.ModeDir}}}
}

// add puts a file or folder into its place; false if something else is there.
func (m *memory) add(name string, n node) bool {
	old := m.nodes[name]
	switch {
	case old != nil:
		return old.IsDir() && n.IsDir()
	case !m.folder(path.Dir(name)):
		return false
	}
	n.name = path.Base(name)
	m.nodes[name] = &n
	up := m.nodes[path.Dir(name)]
	up.kids = append(up.kids, fs.FileInfoToDirEntry(&n))
	return true
}

// folder makes a folder, and those it is in.
func (m *memory) folder(name string) bool {
	if n := m.nodes[name]; n != nil {
		return n.IsDir()
	}
	return m.add(name, node{mode: fs.ModeDir})
}

func (m *memory) find(op, name string) (*node, error) {
	if n := m.nodes[name]; n != nil {
		return n, nil
	}
	return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
}

func (m *memory) Lstat(name string) (fs.FileInfo, error) { return m.find("stat", name) }

func (m *memory) Open(name string) (fs.File, error) {
	n, err := m.find("open", name)
	if err != nil {
		return nil, err
	}
	return &opened{node: n, Reader: bytes.NewReader(n.data)}, nil
}

func (n *node) Name() string       { return n.name }
func (n *node) Size() int64        { return n.size }
func (n *node) Mode() fs.FileMode  { return n.mode }
func (n *node) ModTime() time.Time { return time.Time{} }
func (n *node) IsDir() bool        { return n.mode.IsDir() }
func (n *node) Sys() any           { return nil }

// opened is a node that is being read.
type opened struct {
	*node
	*bytes.Reader
	listed int
}

func (o *opened) Stat() (fs.FileInfo, error) { return o.node, nil }
func (o *opened) Size() int64                { return o.node.size }
func (o *opened) Close() error               { return nil }

func (o *opened) ReadDir(most int) ([]fs.DirEntry, error) {
	rest := o.kids[o.listed:]
	if most > 0 && len(rest) == 0 {
		return nil, io.EOF
	}
	if most > 0 {
		rest = rest[:min(most, len(rest))]
	}
	o.listed += len(rest)
	return rest, nil
}

// hidden reports whether a part of the path begins with a dot: such files are not
// graded, and an archive's may be many (.git).
func hidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") && part != "." {
			return true
		}
	}
	return false
}
