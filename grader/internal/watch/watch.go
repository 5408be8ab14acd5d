// Package watch runs a job over a folder's files again whenever they change: it
// looks again after each event of the file system, and from time to time without
// one, since events get lost. What counts is what was read, never the event: a
// touch, or a file that the job does not read, starts nothing.
//
// At rest, what was told last is the result of the files as they are. The package
// knows no terminal, and nothing of what the job does.
package watch

import (
	"context"
	"time"
)

// Times of a Loop whose fields are zero.
const (
	DefaultSettle = 50 * time.Millisecond
	DefaultSweep  = time.Second
)

// settleMost times Settle is how long a stream of events can put off a look.
const settleMost = 10

// blindSweep is how often a folder is looked at that has no events: there are no
// watches left on this machine, or its file system has none.
const blindSweep = 300 * time.Millisecond

// sweepShare bounds the time that looking costs while nothing happens: one part in
// so many.
const sweepShare = 50

// A Loop is a folder being watched. S is what is read of it, R what the job makes of
// that. Its functions are called one at a time, but for Run, which is called beside
// Read and Start.
type Loop[S, R any] struct {
	Folder string // with its subfolders; it may be missing, or go and come back

	// Read returns the files as they are, and a key that is equal for two reads
	// only if they are the same. An error ends the loop.
	Read func() (files S, key string, err error)
	// Start is told that a run begins, after the one before has ended.
	Start func(files S)
	// Run does the job. It has to end soon after its context does. An error ends
	// the loop, unless the run was called off.
	Run func(ctx context.Context, files S) (R, error)
	// Done is told the result of a run that no change has outdated.
	Done func(files S, result R)
	// Outdated is told that a run was called off, or its result thrown away.
	Outdated func()

	Again  <-chan struct{} // runs the job again, of unchanged files too; may be nil
	Settle time.Duration   // how long there must be quiet before a look
	Sweep  time.Duration   // how often to look without an event
}

// loop is the state of one Watch.
type loop[S, R any] struct {
	Loop[S, R]
	events *events

	key    string // of the files of the last run
	ran    bool
	cancel context.CancelFunc // nil: no run is under way
	ended  chan outcome[S, R]
}

type outcome[S, R any] struct {
	files  S
	result R
	err    error
}

// Watch runs the job, and again at each change, until ctx ends. The error is ctx's,
// or that of Read or Run. No run is under way when it returns.
func (l Loop[S, R]) Watch(ctx context.Context) error {
	if l.Settle == 0 {
		l.Settle = DefaultSettle
	}
	if l.Sweep == 0 {
		l.Sweep = DefaultSweep
	}
	w := &loop[S, R]{Loop: l, events: newEvents(l.Folder), ended: make(chan outcome[S, R], 1)}
	defer w.events.close()
	defer w.callOff()
	return w.watch(ctx)
}

func (w *loop[S, R]) watch(ctx context.Context) error {
	pause, err := w.look(ctx, false)
	for err == nil {
		sweep := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			err = ctx.Err()
		case out := <-w.ended:
			pause, err = w.finish(ctx, out)
		case <-w.Again:
			pause, err = w.look(ctx, true)
		case <-w.events.C:
			if err = w.settle(ctx); err == nil {
				pause, err = w.look(ctx, false)
			}
		case <-sweep.C:
			pause, err = w.look(ctx, false)
		}
		sweep.Stop()
	}
	return err
}

// settle waits until the events pause: an editor's save is several, a checkout many.
func (w *loop[S, R]) settle(ctx context.Context) error {
	end := time.After(settleMost * w.Settle)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-end:
			return nil
		case <-time.After(w.Settle):
			return nil
		case <-w.events.C:
		}
	}
}

// look reads the files, and starts the job if they are other ones, or if it is told
// to. It returns after which time to look again, if no event comes.
func (w *loop[S, R]) look(ctx context.Context, again bool) (time.Duration, error) {
	began := time.Now()
	// The folders are watched before they are read, so that what changes in
	// between is seen.
	seeing := w.events.follow()
	files, key, err := w.Read()
	if err != nil {
		return 0, err
	}
	pause := w.Sweep
	if !seeing {
		pause = min(pause, blindSweep)
	}
	pause = max(pause, sweepShare*time.Since(began))
	if w.ran && key == w.key && !again {
		return pause, nil
	}
	w.callOff()
	w.key, w.ran = key, true
	w.start(ctx, files)
	return pause, nil
}

func (w *loop[S, R]) start(ctx context.Context, files S) {
	ctx, w.cancel = context.WithCancel(ctx)
	w.Start(files)
	go func() {
		result, err := w.Run(ctx, files)
		w.ended <- outcome[S, R]{files, result, err}
	}()
}

// callOff ends the run under way, if there is one, and waits for its end.
func (w *loop[S, R]) callOff() {
	if w.cancel == nil {
		return
	}
	w.cancel()
	<-w.ended
	w.cancel = nil
	w.Outdated()
}

// finish tells a result, unless the files have changed meanwhile.
func (w *loop[S, R]) finish(ctx context.Context, out outcome[S, R]) (time.Duration, error) {
	w.cancel()
	w.cancel = nil
	if ctx.Err() != nil {
		return 0, ctx.Err()
	}
	if out.err != nil {
		return 0, out.err
	}
	_, key, err := w.Read()
	if err != nil {
		return 0, err
	}
	if key != w.key {
		w.Outdated()
		w.ran = false
		return w.look(ctx, false)
	}
	w.Done(out.files, out.result)
	return w.Sweep, nil
}
