package build

import (
	"context"
	"fmt"
	"time"

	"echofromzero/grader/internal/sandbox"
)

// result is how a go command ended.
type result struct {
	Code   int
	output string
}

// run runs the go command in dir and waits for it. A limit on its time, which a command
// that looks at what others wrote has, also limits its memory.
func (b *Builder) run(ctx context.Context, dir string, env, args []string, limit time.Duration, onLine func(string)) (result, error) {
	select {
	case b.slots <- struct{}{}:
		defer func() { <-b.slots }()
	case <-ctx.Done():
		return result{}, ctx.Err()
	}
	var limits sandbox.Limits
	if limit > 0 {
		limits.Memory = Memory
	}
	box := sandbox.Host(limits)
	defer box.Close() // also ends `compile` and `link`, which outlive a killed `go`
	spec := sandbox.Spec{Path: b.tool.Path, Args: args, Dir: dir, Env: env}
	if onLine != nil {
		spec.Tee = &lineWriter{each: onLine}
	}
	p, err := box.Start(spec)
	if err != nil {
		return result{}, err
	}
	var timeout <-chan time.Time
	if limit > 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		timeout = t.C
	}
	select {
	case <-p.Done():
	case <-timeout:
		return result{}, ErrTimeout
	case <-ctx.Done():
		return result{}, ctx.Err()
	}
	if p.Exit().Hog {
		return result{}, ErrMemory
	}
	if e := p.Exit(); e.Signal != "" {
		return result{}, fmt.Errorf("the go command %s", e)
	}
	return result{Code: p.Exit().Code, output: p.Output()}, nil
}
