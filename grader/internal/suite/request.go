package suite

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// methods are the HTTP commands.
var methods = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}

// framing are the headers that go with the body, and are not the script's.
var framing = []string{"Content-Length", "Transfer-Encoding"}

// requestOf reads the arguments of an HTTP command.
func (r *run) requestOf(method string, args []string) *request {
	fl := r.flags(method, args, "H*", "json", "raw", "file", "chunked!", "gzip!", "h2c!", "within", "name")
	if len(fl.rest) != 1 || !strings.HasPrefix(fl.rest[0], "/") {
		r.usage(method, "it takes one path, which begins with /")
	}
	q := &request{method: method, path: fl.rest[0], within: fl.duration("within", defaultRequest), server: fl.text("name"),
		gzip: fl.is("gzip"), h2c: fl.is("h2c"), chunked: fl.is("chunked")}
	if q.h2c && (q.gzip || q.chunked) {
		r.usage(method, "-h2c goes without -gzip and -chunked")
	}
	typed := r.headers(q, fl)
	q.body = r.bodyOf(method, fl)
	if fl.is("json") && !typed {
		q.headers = append(q.headers, [2]string{"Content-Type", "application/json"})
	}
	if q.chunked && len(q.body) < 2 {
		r.usage(method, "-chunked needs a body of two bytes or more")
	}
	return q
}

// headers takes those of -H, and reports whether one is a Content-Type.
func (r *run) headers(q *request, fl flagged) (typed bool) {
	for _, h := range fl.all["H"] {
		key, value, ok := strings.Cut(h, ":")
		if !ok {
			r.usage(fl.name, fmt.Sprintf("-H %q is not 'K: V'", h))
		}
		if slices.ContainsFunc(framing, func(f string) bool { return strings.EqualFold(f, key) }) {
			r.usage(fl.name, key+" is not a header that -H can set: write the request with `tcp send`, or its body with -chunked")
		}
		typed = typed || strings.EqualFold(key, "Content-Type")
		q.headers = append(q.headers, [2]string{key, strings.TrimSpace(value)})
	}
	return typed
}

// bodyOf is the body that -json, -raw or -file give, or nil.
func (r *run) bodyOf(method string, fl flagged) []byte {
	switch given := len(fl.all["json"]) + len(fl.all["raw"]) + len(fl.all["file"]); {
	case given > 1:
		r.usage(method, "-json, -raw and -file exclude each other")
	case fl.is("json"):
		return []byte(show(r.value(fl.text("json"), nil)))
	case fl.is("raw"):
		return []byte(fl.text("raw"))
	case fl.is("file"):
		data, err := os.ReadFile(r.ts.MkAbs(fl.text("file")))
		if err != nil {
			r.brokenf("%s: %v", method, err)
		}
		return data
	}
	return nil
}
