package main

import (
	"context"
	"log"
	"time"
)

// tally is a goroutine that owns the clicks which are not in the file yet.
type tally struct {
	clicked chan string // marks
	asked   chan question
	ending  chan struct{}
	ended   chan struct{}
}

type question struct {
	ctx   context.Context
	mark  string
	reply chan count // has room for one: who asked may have left
}

type count struct {
	n   int
	err error
}

func startTally(l library, every time.Duration) *tally {
	t := &tally{clicked: make(chan string, 4096), asked: make(chan question), ending: make(chan struct{}), ended: make(chan struct{})}
	go t.run(l, every)
	return t
}

func (t *tally) run(l library, every time.Duration) {
	defer close(t.ended)
	waiting := map[string]int{}
	save := func() {
		if len(waiting) == 0 {
			return
		}
		if err := l.save(context.Background(), waiting); err != nil {
			log.Print("save clicks: ", err)
			return
		}
		clear(waiting)
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case mark := <-t.clicked:
			waiting[mark]++
		case q := <-t.asked:
			t.drain(waiting)
			n, err := l.clicks(q.ctx, q.mark)
			q.reply <- count{n + waiting[q.mark], err}
		case <-tick.C:
			save()
		case <-t.ending:
			t.drain(waiting)
			save()
			return
		}
	}
}

// drain takes the clicks that wait in the channel.
func (t *tally) drain(waiting map[string]int) {
	for {
		select {
		case mark := <-t.clicked:
			waiting[mark]++
		default:
			return
		}
	}
}

func (t *tally) of(ctx context.Context, mark string) (int, error) {
	q := question{ctx, mark, make(chan count, 1)}
	select {
	case t.asked <- q:
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	c := <-q.reply
	return c.n, c.err
}

// stop saves what waits. Nobody clicks any more.
func (t *tally) stop() {
	close(t.ending)
	<-t.ended
}
