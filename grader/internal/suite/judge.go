package suite

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/itchyny/gojq"
)

// text is how a value stands in the script's environment: a string as it is,
// anything else as compact JSON.
func text(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return show(v)
}

func show(v any) string {
	data, err := gojq.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(data)
}

// document reads exactly one JSON document.
func document(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the body is empty")
		}
		return nil, fmt.Errorf("the body is no JSON: %w", err)
	}
	if rest := bytes.TrimSpace(data[dec.InputOffset():]); len(rest) > 0 {
		return nil, errors.New("the body holds more than one JSON document")
	}
	return v, nil
}

// eval runs a jq program over doc; it must give exactly one value.
func (r *run) eval(q *gojq.Query, doc any) (any, error) {
	names := slices.Sorted(maps.Keys(r.vars))
	dollar := make([]string, len(names))
	values := make([]any, len(names))
	for i, name := range names {
		dollar[i], values[i] = "$"+name, r.vars[name]
	}
	code, err := gojq.Compile(q, gojq.WithVariables(dollar))
	if err != nil {
		r.brokenf("jq %q: %v", q.String(), err)
	}
	iter := code.RunWithContext(r.ctx, doc, values...)
	v, ok := iter.Next()
	if !ok {
		return nil, errors.New("nothing is there")
	}
	if err, ok := v.(error); ok {
		return nil, err
	}
	if _, more := iter.Next(); more {
		return nil, errors.New("more than one value is there")
	}
	return v, nil
}

func (r *run) parse(src string) *gojq.Query {
	q, err := gojq.Parse(src)
	if err != nil {
		r.brokenf("jq %q: %v", src, err)
	}
	return q
}

// value runs a jq program whose result the script needs.
func (r *run) value(src string, doc any) any {
	v, err := r.eval(r.parse(src), doc)
	if err != nil {
		r.brokenf("jq %q: %v", src, err)
	}
	return v
}

// A finding is the part of a jq condition that does not hold. value is what a
// comparison found, without the jq that found it.
type finding struct{ want, got, value string }

// judge reports the first part of a condition that is not true of doc, or nil.
// Conditions joined by `and` are looked at one by one, and of a comparison both
// sides' values are told.
func (r *run) judge(q *gojq.Query, doc any) *finding { return r.part("", q, doc) }

func (r *run) part(prefix string, q *gojq.Query, doc any) *finding {
	if len(q.FuncDefs) == 0 && q.Patterns == nil {
		switch q.Op {
		case gojq.OpAnd:
			if f := r.part(prefix, q.Left, doc); f != nil {
				return f
			}
			return r.part(prefix, q.Right, doc)
		case gojq.OpPipe:
			name := prefix + q.Left.String()
			v, err := r.eval(q.Left, doc)
			if err != nil {
				return &finding{want: prefix + q.String(), got: fmt.Sprintf("%s: %v", name, err)}
			}
			return r.part(name+" | ", q.Right, v)
		case gojq.OpEq, gojq.OpNe, gojq.OpLt, gojq.OpLe, gojq.OpGt, gojq.OpGe:
			return r.comparison(prefix, q, doc)
		}
	}
	v, err := r.eval(q, doc)
	switch {
	case err != nil:
		return &finding{want: prefix + q.String(), got: err.Error()}
	case v != true:
		return &finding{want: prefix + q.String(), got: show(v)}
	}
	return nil
}

func (r *run) comparison(prefix string, q *gojq.Query, doc any) *finding {
	v, err := r.eval(q, doc)
	if err == nil && v == true {
		return nil
	}
	left, right := prefix+q.Left.String(), q.Right.String()
	name := strings.TrimSuffix(left, " | .")
	want, wantErr := r.eval(q.Right, doc)
	if wantErr == nil {
		right = show(want)
	}
	f := &finding{want: fmt.Sprintf("%s %s %s", name, q.Op, right)}
	if got, err := r.eval(q.Left, doc); err != nil {
		f.got = fmt.Sprintf("%s: %v", name, err)
	} else {
		f.value = show(got)
		f.got = fmt.Sprintf("%s is %s", name, f.value)
	}
	return f
}

// assertJSON is shared by json and tally.
func (r *run) assertJSON(neg bool, src, want string, doc any, shown string) {
	f := r.judge(r.parse(src), doc)
	if neg {
		if f == nil {
			r.fail(Failure{Want: cmpOr(want, "not: "+src), Got: shown})
		}
		return
	}
	if f != nil {
		got := foundBy(f, want)
		switch {
		case got == "":
			got = cmpOr(shown, f.got)
		case shown != "":
			got += "\n" + shown
		}
		r.fail(Failure{Want: cmpOr(want, f.want), Got: got})
	}
}

// foundBy is what the finding found: where want says it in plain words, without jq.
func foundBy(f *finding, want string) string {
	if want != "" {
		return f.value
	}
	return f.got
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
