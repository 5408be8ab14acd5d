// Package dockerfile reads a Dockerfile, with BuildKit's own parser, into a document
// that conditions can be asked of. It builds nothing.
package dockerfile

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"
)

// ErrNoStage is returned for a file without a FROM.
var ErrNoStage = errors.New("it has no FROM, so it makes no image")

// Parse reads a Dockerfile. Every value is one that jq knows: maps, slices, strings,
// numbers. Variables are replaced by the defaults of their ARG or ENV, as in a build
// without arguments. The error has the line in it.
//
// The document has "stages", in order, and "final", what the last stage makes:
//
//	stages: [{name, image, base, steps: [{do, text}]}]
//	final:  {image, user, env, entrypoint, cmd, health, copies: [{from, args}]}
//
// An image is what FROM names in the end, also through other stages; base is the index of
// the stage that FROM names, or null. A step's text is its line, with variables as they are
// written. health is [] without a HEALTHCHECK, else begins with NONE, CMD or CMD-SHELL. A
// copy's from is the index of a stage, the name of an image, or null for the context.
func Parse(data []byte) (map[string]any, error) {
	parsed, err := parser.Parse(bytes.NewReader(data))
	if err != nil {
		return nil, located(err)
	}
	stages, args, err := instructions.Parse(parsed.AST, nil)
	if err != nil {
		return nil, located(err)
	}
	if len(stages) == 0 {
		return nil, ErrNoStage
	}
	r := &reader{lex: shell.NewLex(parsed.EscapeToken), index: map[string]int{}, global: variables{}}
	for _, a := range args {
		if err := r.args(r.global, r.global, a.Args); err != nil {
			return nil, err
		}
	}
	var list []any
	var last *stage
	for i := range stages {
		if last, err = r.stage(i, &stages[i]); err != nil {
			return nil, err
		}
		r.stages = append(r.stages, last)
		list = append(list, last.document())
	}
	return map[string]any{"stages": list, "final": last.final()}, nil
}

// located puts the line in front of what the parser says, which names it in several ways.
func located(err error) error {
	text := err.Error()
	if rest, ok := strings.CutPrefix(text, "dockerfile parse error on line "); ok {
		return fmt.Errorf("line %s", rest)
	}
	var at *parser.LocationError
	if errors.As(err, &at) && len(at.Locations) > 0 && len(at.Locations[0]) > 0 {
		return fmt.Errorf("line %d: %s", at.Locations[0][0].Start.Line, text)
	}
	return err
}

// variables are names and what they stand for, in no order.
type variables map[string]string

func (v variables) Get(key string) (string, bool) { s, ok := v[key]; return s, ok }

func (v variables) Keys() []string {
	keys := make([]string, 0, len(v))
	for k := range v {
		keys = append(keys, k)
	}
	return keys
}

type reader struct {
	lex    *shell.Lex
	global variables // of ARG before the first FROM
	stages []*stage
	index  map[string]int // of a stage, by its name
}

// stage is what is known at its end. What it takes over from the stage it begins with is
// in it.
type stage struct {
	name, image string
	base        any // index of a stage, or nil
	steps       []any

	user            string
	vars, env       variables // all that may be used, and those that the image keeps
	entrypoint, cmd []any
	health          []any
	copies          []any
}

func (r *reader) expand(text string, v variables) (string, error) {
	out, _, err := r.lex.ProcessWord(text, v)
	return out, err
}

// args takes the defaults of an ARG; one without takes that of the same name before FROM.
func (r *reader) args(into, v variables, args []instructions.KeyValuePairOptional) error {
	for _, a := range args {
		if a.Value == nil {
			if value, ok := r.global[a.Key]; ok {
				into[a.Key] = value
			}
			continue
		}
		value, err := r.expand(*a.Value, v)
		if err != nil {
			return err
		}
		into[a.Key] = value
	}
	return nil
}

func (r *reader) stage(i int, in *instructions.Stage) (*stage, error) {
	from, err := r.expand(in.BaseName, r.global)
	if err != nil {
		return nil, err
	}
	s := &stage{name: in.Name, image: from, vars: variables{}, env: variables{}, entrypoint: []any{}, cmd: []any{}, health: []any{}, copies: []any{}, steps: []any{}}
	if at, ok := r.index[strings.ToLower(from)]; ok {
		s.inherit(r.stages[at])
		s.base = at
	}
	if s.name != "" {
		r.index[strings.ToLower(s.name)] = i
	}
	for _, c := range in.Commands {
		if err := r.step(s, c); err != nil {
			return nil, located(parser.WithLocation(err, c.Location()))
		}
	}
	return s, nil
}

// inherit takes over what an image hands on to one that is made from it.
func (s *stage) inherit(from *stage) {
	s.image, s.user, s.entrypoint, s.cmd, s.health = from.image, from.user, from.entrypoint, from.cmd, from.health
	s.copies = append(s.copies, from.copies...)
	for k, v := range from.env {
		s.env[k], s.vars[k] = v, v
	}
}

func (r *reader) step(s *stage, c instructions.Command) error {
	s.steps = append(s.steps, map[string]any{"do": strings.ToUpper(c.Name()), "text": fmt.Sprint(c)})
	if e, ok := c.(instructions.SupportsSingleWordExpansion); ok {
		if err := e.Expand(func(word string) (string, error) { return r.expand(word, s.vars) }); err != nil {
			return err
		}
	}
	switch c := c.(type) {
	case *instructions.ArgCommand:
		return r.args(s.vars, s.vars, c.Args)
	case *instructions.EnvCommand:
		for _, kv := range c.Env {
			s.env[kv.Key], s.vars[kv.Key] = kv.Value, kv.Value
		}
	case *instructions.UserCommand:
		s.user = c.User
	case *instructions.EntrypointCommand:
		s.entrypoint, s.cmd = line(c.ShellDependantCmdLine), []any{} // ENTRYPOINT resets a CMD of the base
	case *instructions.CmdCommand:
		s.cmd = line(c.ShellDependantCmdLine)
	case *instructions.HealthCheckCommand:
		s.health = values(c.Health.Test)
	case *instructions.CopyCommand:
		s.copies = append(s.copies, map[string]any{"from": r.source(c.From), "args": values(append(c.SourcePaths, c.DestPath))})
	case *instructions.AddCommand:
		s.copies = append(s.copies, map[string]any{"from": nil, "args": values(append(c.SourcePaths, c.DestPath))})
	}
	return nil
}

// source is what COPY --from names.
func (r *reader) source(from string) any {
	if from == "" {
		return nil
	}
	if at, ok := r.index[strings.ToLower(from)]; ok {
		return at
	}
	if at, err := strconv.Atoi(from); err == nil {
		return at
	}
	return from
}

// line is a command line; one that a shell runs begins with it.
func line(c instructions.ShellDependantCmdLine) []any {
	words := c.CmdLine
	if c.PrependShell {
		words = append([]string{"/bin/sh", "-c"}, words...)
	}
	return values(words)
}

func values(words []string) []any {
	list := make([]any, 0, len(words))
	for _, w := range words {
		list = append(list, w)
	}
	return list
}

func (s *stage) document() map[string]any {
	return map[string]any{"name": s.name, "image": s.image, "base": s.base, "steps": s.steps}
}

func (s *stage) final() map[string]any {
	env := map[string]any{}
	for k, v := range s.env {
		env[k] = v
	}
	return map[string]any{"image": s.image, "user": s.user, "env": env, "entrypoint": s.entrypoint, "cmd": s.cmd, "health": s.health, "copies": s.copies}
}
