package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// ParseQuiz reads a quiz file: a JSON array of questions. An error names the
// question, the field, and the line and column in data.
func ParseQuiz(file string, data []byte) ([]Question, error) {
	p := &quizParser{file: file, data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	qs, err := p.questions()
	if err != nil {
		return nil, err
	}
	if len(qs) == 0 {
		return nil, p.errorf(0, "holds no question")
	}
	return qs, nil
}

type quizParser struct {
	file string
	data []byte
	dec  *json.Decoder
}

// errorf makes an error at a byte offset of the file.
func (p *quizParser) errorf(offset int64, format string, args ...any) error {
	before := string(p.data[:min(offset, int64(len(p.data)))])
	line := 1 + strings.Count(before, "\n")
	col := 1 + len(before) - (strings.LastIndexByte(before, '\n') + 1)
	return &Error{File: p.file, Line: line, Col: col, Msg: fmt.Sprintf(format, args...)}
}

// next is the offset of the next value: InputOffset stands behind the last token.
func (p *quizParser) next() int64 {
	off := p.dec.InputOffset()
	for int(off) < len(p.data) && strings.IndexByte(" \t\r\n,:", p.data[off]) >= 0 {
		off++
	}
	return off
}

func (p *quizParser) wrap(err error, where string) error {
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		// The decoder's offset is wrong once tokens and values were read in turn.
		var whole any
		if e := json.Unmarshal(p.data, &whole); errors.As(e, &syntax) {
			err = e
		}
		return p.errorf(max(syntax.Offset-1, 0), "%sis not JSON: %v", where, err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return p.errorf(int64(len(p.data)), "%sends too early", where)
	}
	return p.errorf(p.dec.InputOffset(), "%s%v", where, err)
}

func (p *quizParser) questions() ([]Question, error) {
	start := p.next()
	if tok, err := p.dec.Token(); err != nil {
		return nil, p.wrap(err, "")
	} else if tok != json.Delim('[') {
		return nil, p.errorf(start, "a quiz is a JSON array of questions")
	}
	var qs []Question
	for p.dec.More() {
		q, err := p.question(len(qs) + 1)
		if err != nil {
			return nil, err
		}
		qs = append(qs, q)
	}
	if _, err := p.dec.Token(); err != nil {
		return nil, p.wrap(err, "")
	}
	if end := p.next(); int(end) < len(p.data) {
		return nil, p.errorf(end, "something stands behind the array")
	}
	return qs, nil
}

func (p *quizParser) question(n int) (Question, error) {
	q := Question{Answer: -1}
	start := p.next()
	where := fmt.Sprintf("question %d ", n)
	if tok, err := p.dec.Token(); err != nil {
		return q, p.wrap(err, where)
	} else if tok != json.Delim('{') {
		return q, p.errorf(start, "%sis no object", where)
	}
	fields := map[string]any{
		"q": &q.Q, "kind": &q.Kind, "choices": &q.Choices, "answer": &q.Answer, "explain": &q.Explain,
		"why": &q.Why, "code": &q.Code, "output": &q.Output,
	}
	at := map[string]int64{}
	for p.dec.More() {
		keyAt := p.next()
		tok, err := p.dec.Token()
		if err != nil {
			return q, p.wrap(err, where)
		}
		key, _ := tok.(string)
		target, ok := fields[key]
		if !ok {
			return q, p.errorf(keyAt, "%shas an unknown field %q", where, key)
		}
		at[key] = p.next()
		if err := p.dec.Decode(target); err != nil {
			var mismatch *json.UnmarshalTypeError
			if errors.As(err, &mismatch) {
				return q, p.errorf(at[key], "%s%q holds %s where %s is needed", where, key, mismatch.Value, kindOf(target))
			}
			return q, p.wrap(err, where)
		}
		if bytes.HasPrefix(p.data[at[key]:], []byte("null")) { // which Decode takes for anything
			return q, p.errorf(at[key], "%s%q holds null where %s is needed", where, key, kindOf(target))
		}
	}
	if _, err := p.dec.Token(); err != nil {
		return q, p.wrap(err, where)
	}
	return q, p.check(q, where, start, at)
}

func kindOf(target any) string {
	switch target.(type) {
	case *int:
		return "a whole number"
	case *[]string:
		return "an array of strings"
	}
	return "a string"
}

func (p *quizParser) check(q Question, where string, start int64, at map[string]int64) error {
	place := func(field string) int64 {
		if off, ok := at[field]; ok {
			return off
		}
		return start
	}
	required := []string{"q", "explain", "choices", "answer"}
	switch q.Kind {
	case "":
	case "predict":
		required = []string{"q", "explain", "code", "output"}
	default:
		return p.errorf(place("kind"), "%s\"kind\" is %q: it is left out, or is \"predict\"", where, q.Kind)
	}
	for _, f := range required {
		if _, ok := at[f]; !ok {
			return p.errorf(start, "%shas no %q", where, f)
		}
	}
	texts := map[string]string{"q": q.Q, "explain": q.Explain, "code": q.Code, "output": q.Output}
	for _, f := range required {
		if text, ok := texts[f]; ok && strings.TrimSpace(text) == "" {
			return p.errorf(place(f), "%s%q is empty", where, f)
		}
	}
	if q.Kind == "" {
		if len(q.Choices) < 2 || len(q.Choices) > 9 {
			return p.errorf(place("choices"), "%s\"choices\" has %d entries: it takes 2 to 9", where, len(q.Choices))
		}
		if q.Answer < 0 || q.Answer >= len(q.Choices) {
			return p.errorf(place("answer"), "%s\"answer\" is %d: it counts from 0 to %d", where, q.Answer, len(q.Choices)-1)
		}
		for i, c := range q.Choices {
			if strings.TrimSpace(c) == "" {
				return p.errorf(place("choices"), "%schoice %d is empty", where, i)
			}
			for j := range i {
				if q.Choices[j] == c {
					return p.errorf(place("choices"), "%schoices %d and %d are the same", where, j, i)
				}
			}
		}
	}
	if len(q.Why) != 0 && len(q.Why) != len(q.Choices) {
		return p.errorf(place("why"), "%s\"why\" has %d entries for %d choices", where, len(q.Why), len(q.Choices))
	}
	if q.Output != "" && q.Code == "" {
		return p.errorf(place("output"), "%shas \"output\" but no \"code\"", where)
	}
	return nil
}
