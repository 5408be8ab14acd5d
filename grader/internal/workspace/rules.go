package workspace

import (
	"bytes"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// silent are files that are left out without a word: they do nothing here.
var silent = []string{"go.sum", "go.work.sum", "default.pgo"}

// leftover tells the files that editors make for a moment, or leave beside the one
// they save: what Vim tries a folder with, backups, swap and lock files.
func leftover(base string) bool {
	return base == "4913" || strings.HasSuffix(base, "~") || strings.HasPrefix(base, "#") && strings.HasSuffix(base, "#") ||
		strings.HasSuffix(base, "___jb_tmp___") || strings.HasSuffix(base, "___jb_old___") || strings.HasSuffix(base, ".swp")
}

// foreign are the extensions that the go command would build beside Go files.
var foreign = []string{
	".s", ".S", ".sx", ".syso", ".c", ".cc", ".cpp", ".cxx", ".m", ".h", ".hh", ".hpp", ".hxx",
	".f", ".F", ".for", ".f90", ".swig", ".swigcxx",
}

// skipRule says why a file of that name is not graded and what to do about it,
// to follow its path in a sentence; "" when it is.
func skipRule(name string) string {
	switch base := path.Base(name); {
	case base == "go.mod":
		return "makes its folder a module of its own; the grader ignores it. Remove it: rm " + shown(base) + " in that folder."
	case base == "go.work":
		return "changes which modules a build uses; the grader ignores it. Remove it: rm " + shown(base) + " in that folder."
	case slices.Contains(foreign, path.Ext(base)):
		return "is skipped: only Go is built here. Move it out of the phase's folder."
	}
	return ""
}

// portable reports whether every system can have a file of that path: without
// backslashes and control characters, and not longer than they allow.
func portable(name string) bool {
	const longestName, longestPath, deepest = 200, 500, 20
	return !strings.ContainsFunc(name, func(r rune) bool { return r == '\\' || unicode.IsControl(r) }) &&
		filepath.IsLocal(filepath.FromSlash(name)) && len(name) <= longestPath &&
		len(path.Base(name)) <= longestName && strings.Count(name, "/") < deepest
}

// isText reports whether the data reads as text; a rune may be cut at its end.
func isText(data []byte) bool {
	for range utf8.UTFMax - 1 {
		if utf8.Valid(data) || len(data) == 0 {
			break
		}
		data = data[:len(data)-1]
	}
	return utf8.Valid(data) && bytes.IndexByte(data, 0) < 0
}

// isProgram recognises what compilers leave behind: ELF, Mach-O and PE programs
// and archives of objects.
func isProgram(data []byte) bool {
	if isText(data) {
		return false
	}
	for _, magic := range []string{"\x7fELF", "MZ", "!<arch>\n", "\xfe\xed\xfa", "\xcf\xfa\xed\xfe", "\xce\xfa\xed\xfe", "\xca\xfe\xba\xbe"} {
		if strings.HasPrefix(string(data[:min(len(data), 8)]), magic) {
			return true
		}
	}
	return false
}
