package suite

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"
)

// decode puts the text in the place of a body that came as gzip.
func (res *response) decode() {
	codings := strings.FieldsFunc(strings.ToLower(strings.Join(res.header.Values("Content-Encoding"), ",")),
		func(c rune) bool { return c == ',' || c == ' ' })
	if res.request.method == "HEAD" || !slices.Contains([]string{"gzip", "x-gzip"}, strings.Join(codings, " ")) {
		return
	}
	if len(res.body) == 0 && (res.status == 204 || res.status == 304) { // these have none
		return
	}
	r, err := gzip.NewReader(bytes.NewReader(res.body))
	if err != nil {
		res.garbled = "the body is no gzip: " + strings.TrimPrefix(err.Error(), "gzip: ")
		return
	}
	text, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	switch {
	case len(text) > maxBody:
		res.garbled = fmt.Sprintf("the body goes on after %d MiB, once it is decoded", maxBody>>20)
	case err != nil:
		res.garbled = fmt.Sprintf("the gzip of the body breaks off, or is damaged, after %d bytes of text: %s", len(text), strings.TrimPrefix(err.Error(), "gzip: "))
	default:
		res.body = text
	}
}

// readable fails a check whose answer cannot be decoded.
func (r *run) readable(res *response, curl string) {
	if res.garbled != "" {
		r.fail(Failure{Request: curl, Want: "a body in gzip, as Content-Encoding says", Got: res.garbled})
	}
}
