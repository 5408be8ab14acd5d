package main

import (
	"context"
	"errors"
)

// actor is a Store whose state belongs to one goroutine: the others send it messages
// and wait for the reply. So the store inside needs no lock.
type actor struct {
	mailbox chan func(Store) // what is to be done, in order
	stop    chan struct{}    // closed by Close
}

var errClosed = errors.New("the store is closed")

// newActor starts the goroutine, which owns inner from then on. At most mailbox
// messages wait; what comes beyond that is refused with ErrBusy.
func newActor(inner Store, mailbox int) *actor {
	a := &actor{mailbox: make(chan func(Store), mailbox), stop: make(chan struct{})}
	go func() {
		for {
			select {
			case work := <-a.mailbox:
				work(inner)
			case <-a.stop:
				return
			}
		}
	}()
	return a
}

// Close ends the goroutine. Call it once.
func (a *actor) Close() { close(a.stop) }

// result is what a message brings back.
type result[T any] struct {
	value T
	err   error
}

// ask sends a message and waits for its reply, or until the caller gives up.
func ask[T any](ctx context.Context, a *actor, work func(Store) (T, error)) (T, error) {
	var none T
	reply := make(chan result[T], 1) // room for one, so that nobody waits for a caller who has left
	message := func(s Store) {
		if ctx.Err() != nil {
			return // the caller has left
		}
		value, err := work(s)
		reply <- result[T]{value, err}
	}
	select {
	case a.mailbox <- message:
	default:
		return none, ErrBusy
	}
	select {
	case r := <-reply:
		return r.value, r.err
	case <-ctx.Done():
		return none, ctx.Err()
	case <-a.stop:
		return none, errClosed
	}
}

// tell is ask for messages that bring back an error only.
func tell(ctx context.Context, a *actor, work func(Store) error) error {
	_, err := ask(ctx, a, func(s Store) (struct{}, error) { return struct{}{}, work(s) })
	return err
}

func (a *actor) List(ctx context.Context) ([]Article, error) {
	return ask(ctx, a, func(s Store) ([]Article, error) { return s.List(ctx) })
}

func (a *actor) Get(ctx context.Context, id int) (Article, error) {
	return ask(ctx, a, func(s Store) (Article, error) { return s.Get(ctx, id) })
}

func (a *actor) Create(ctx context.Context, in ArticleInput) (Article, error) {
	return ask(ctx, a, func(s Store) (Article, error) { return s.Create(ctx, in) })
}

func (a *actor) Replace(ctx context.Context, id, version int, in ArticleInput) (Article, error) {
	return ask(ctx, a, func(s Store) (Article, error) { return s.Replace(ctx, id, version, in) })
}

func (a *actor) Delete(ctx context.Context, id int) error {
	return tell(ctx, a, func(s Store) error { return s.Delete(ctx, id) })
}

func (a *actor) AddView(ctx context.Context, id int) error {
	return tell(ctx, a, func(s Store) error { return s.AddView(ctx, id) })
}

func (a *actor) Views(ctx context.Context, id int) (int, error) {
	return ask(ctx, a, func(s Store) (int, error) { return s.Views(ctx, id) })
}
