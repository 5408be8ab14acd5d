package progress

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

const format = 1

// decode reads a progress file. The error completes a sentence that begins with
// the file's name.
func decode(data []byte) (State, error) {
	if len(data) > maxSize {
		return State{}, fmt.Errorf("is larger than %d MiB", maxSize>>20)
	}
	var head struct {
		Format *int `json:"format"`
	}
	var st State
	var syntax *json.SyntaxError
	switch err := json.Unmarshal(data, &head); {
	case errors.As(err, &syntax):
		return State{}, fmt.Errorf("is damaged or cut short (%v at byte %d)", syntax, syntax.Offset)
	case err != nil || head.Format == nil:
		return State{}, errors.New("is no progress file of this course (it has no format number)")
	case *head.Format > format:
		return State{}, fmt.Errorf("was written by a newer grader (format %d, this one knows %d)", *head.Format, format)
	case *head.Format != format:
		return State{}, fmt.Errorf("has the unknown format %d", *head.Format)
	}
	if err := json.Unmarshal(data, &st); err != nil {
		return State{}, fmt.Errorf("is damaged (%v)", err)
	}
	if st.Exercises == nil {
		st.Exercises = map[string]Exercise{}
	}
	if st.Quizzes == nil {
		st.Quizzes = map[string]Quiz{}
	}
	return st, nil
}

// encode is decode's inverse.
func encode(st State) ([]byte, error) {
	st.Format = format
	data, err := json.Marshal(st)
	if err != nil {
		return nil, fmt.Errorf("write progress: %w", err)
	}
	var out bytes.Buffer
	if err := json.Indent(&out, data, "", "  "); err != nil {
		return nil, fmt.Errorf("write progress: %w", err)
	}
	out.WriteByte('\n')
	if out.Len() > maxSize {
		return nil, fmt.Errorf("write progress: the file would be larger than %d MiB", maxSize>>20)
	}
	return out.Bytes(), nil
}

// extra holds the members of a JSON object that its Go type does not know.
type extra map[string]json.RawMessage

// take decodes an object into v, a pointer to a struct, and returns the rest.
func take(data []byte, v any) (extra, error) {
	if err := json.Unmarshal(data, v); err != nil {
		return nil, err
	}
	var rest extra
	if err := json.Unmarshal(data, &rest); err != nil {
		return nil, err
	}
	t := reflect.TypeOf(v).Elem()
	for i := range t.NumField() {
		known, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		// encoding/json matches names without regard to case.
		maps.DeleteFunc(rest, func(name string, _ json.RawMessage) bool {
			return known != "" && strings.EqualFold(name, known)
		})
	}
	if len(rest) == 0 {
		return nil, nil
	}
	return rest, nil
}

// put is take's inverse: v's own members first, the rest sorted after them.
func put(v any, rest extra) ([]byte, error) {
	data, err := json.Marshal(v)
	if err != nil || len(rest) == 0 {
		return data, err
	}
	data = bytes.TrimSuffix(data, []byte("}"))
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		if len(data) > 1 {
			data = append(data, ',')
		}
		data = append(append(append(data, key...), ':'), rest[name]...)
	}
	return append(data, '}'), nil
}

// The five types differ from their plain forms, which have no methods, only in
// keeping what they do not know.
type (
	plainState    State
	plainExercise Exercise
	plainQuiz     Quiz
	plainQuizRun  QuizRun
	plainQuizOpen QuizOpen
)

func (s State) MarshalJSON() ([]byte, error)    { return put(plainState(s), s.extra) }
func (e Exercise) MarshalJSON() ([]byte, error) { return put(plainExercise(e), e.extra) }
func (q Quiz) MarshalJSON() ([]byte, error)     { return put(plainQuiz(q), q.extra) }
func (r QuizRun) MarshalJSON() ([]byte, error)  { return put(plainQuizRun(r), r.extra) }
func (o QuizOpen) MarshalJSON() ([]byte, error) { return put(plainQuizOpen(o), o.extra) }

func (s *State) UnmarshalJSON(data []byte) error {
	var err error
	s.extra, err = take(data, (*plainState)(s))
	return err
}

func (e *Exercise) UnmarshalJSON(data []byte) error {
	var err error
	e.extra, err = take(data, (*plainExercise)(e))
	return err
}

func (q *Quiz) UnmarshalJSON(data []byte) error {
	var err error
	q.extra, err = take(data, (*plainQuiz)(q))
	return err
}

func (r *QuizRun) UnmarshalJSON(data []byte) error {
	var err error
	r.extra, err = take(data, (*plainQuizRun)(r))
	return err
}

func (o *QuizOpen) UnmarshalJSON(data []byte) error {
	var err error
	o.extra, err = take(data, (*plainQuizOpen)(o))
	return err
}
