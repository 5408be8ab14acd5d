package main

import (
	"context"
	"errors"
	"sync"
)

var errGone = errors.New("the worker has ended")

// job is a call that waits for the worker.
type job struct {
	call func()
	done chan struct{} // closed when call has returned
}

// worker lets one goroutine do all calls of a Store. The goroutine ends when end is
// called.
type worker struct {
	store Store
	jobs  chan job
	alive context.Context
	end   context.CancelFunc
	once  sync.Once
}

func newActor(inner Store, mailbox int) *worker {
	w := &worker{store: inner, jobs: make(chan job, mailbox)}
	w.alive, w.end = context.WithCancel(context.Background())
	go w.work()
	return w
}

func (w *worker) work() {
	for w.alive.Err() == nil {
		select {
		case j := <-w.jobs:
			j.call()
			close(j.done) // never blocks, whether or not somebody waits
		case <-w.alive.Done():
		}
	}
}

func (w *worker) Close() { w.once.Do(w.end) }

// do queues a call and waits for its end. After an error what call has set is not to
// be looked at: it may still run.
func (w *worker) do(ctx context.Context, call func()) error {
	j := job{call, make(chan struct{})}
	select {
	case w.jobs <- j:
	default:
		return ErrBusy
	}
	select {
	case <-j.done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-w.alive.Done():
		return errGone
	}
}

// fetch is do for calls that bring back a value.
func fetch[T any](ctx context.Context, w *worker, call func() (T, error)) (T, error) {
	var out struct {
		value T
		err   error
	}
	if err := w.do(ctx, func() { out.value, out.err = call() }); err != nil {
		var zero T
		return zero, err
	}
	return out.value, out.err
}

func (w *worker) List(ctx context.Context) ([]Article, error) {
	return fetch(ctx, w, func() ([]Article, error) { return w.store.List(ctx) })
}

func (w *worker) Get(ctx context.Context, id int) (Article, error) {
	return fetch(ctx, w, func() (Article, error) { return w.store.Get(ctx, id) })
}

func (w *worker) Create(ctx context.Context, in ArticleInput) (Article, error) {
	return fetch(ctx, w, func() (Article, error) { return w.store.Create(ctx, in) })
}

func (w *worker) Replace(ctx context.Context, id, version int, in ArticleInput) (Article, error) {
	return fetch(ctx, w, func() (Article, error) { return w.store.Replace(ctx, id, version, in) })
}

func (w *worker) Delete(ctx context.Context, id int) error {
	_, err := fetch(ctx, w, func() (bool, error) { return true, w.store.Delete(ctx, id) })
	return err
}

func (w *worker) AddView(ctx context.Context, id int) error {
	_, err := fetch(ctx, w, func() (bool, error) { return true, w.store.AddView(ctx, id) })
	return err
}

func (w *worker) Views(ctx context.Context, id int) (int, error) {
	return fetch(ctx, w, func() (int, error) { return w.store.Views(ctx, id) })
}
