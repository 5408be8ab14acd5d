package suite

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// tally is what requests that were made at once brought.
type tally struct {
	codes map[string]int
	doc   any // what `tally` programs read
	curl  string
}

// gone is what `codes` calls a client that hung up, or whose program was killed.
const gone = "gone"

func (c *crowd) tally() *tally {
	t := &tally{codes: map[string]int{}, curl: c.curl}
	each := make([]any, len(c.answers))
	codes := map[string]any{}
	for i, a := range c.answers {
		code, entry := gone, map[string]any{"status": 0, "ms": millis(c.hangup), "json": nil, "body": "", "headers": map[string]any{}}
		if a != nil {
			code = strconv.Itoa(a.status)
			doc, err := document(a.body)
			if err != nil {
				doc = nil
			}
			entry = map[string]any{"status": a.status, "ms": millis(a.took), "json": doc, "body": string(a.body), "headers": headersOf(a)}
		}
		entry["request"] = i % c.kinds
		each[i] = entry
		t.codes[code]++
		codes[code] = t.codes[code]
	}
	t.doc = map[string]any{"codes": codes, "ms": millis(c.took), "each": each}
	return t
}

func (t *tally) String() string {
	var parts []string
	for _, code := range slices.Sorted(maps.Keys(t.codes)) {
		parts = append(parts, fmt.Sprintf("%s=%d", code, t.codes[code]))
	}
	return strings.Join(parts, " ")
}

// codes asserts how often each status came; a status not named must not come.
func codes(r *run, _ bool, args []string) {
	if len(args) != 1 {
		r.usage("codes", "it takes one list")
	}
	t := r.lastTally()
	want := map[string]int{}
	for _, pair := range strings.Fields(args[0]) {
		code, count, ok := strings.Cut(pair, "=")
		n, err := strconv.Atoi(count)
		if !ok || err != nil {
			r.usage("codes", fmt.Sprintf("%q is not CODE=COUNT", pair))
		}
		if n > 0 {
			want[code] = n
		}
	}
	if !maps.Equal(want, t.codes) {
		r.fail(Failure{Request: t.curl, Want: args[0], Got: t.String()})
	}
}

func tallied(r *run, _ bool, args []string) {
	fl := r.flags("tally", args, "want")
	if len(fl.rest) != 1 {
		r.usage("tally", "it takes one jq program")
	}
	r.assertJSON(false, fl.rest[0], fl.text("want"), r.lastTally().doc, "")
}
