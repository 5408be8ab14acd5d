package cli

import (
	"context"
	"errors"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/tui"
)

// interactive shows the watch in a terminal, and after its quiz again, until the
// learner quits.
func (w *watching) interactive(ctx context.Context, t tui.Terminal, style report.Style, p *catalog.Phase) error {
	for {
		quiz, err := w.shown(ctx, t, style, p)
		if err != nil || !quiz {
			return err
		}
		p = w.phase
		if len(p.Quiz) == 0 {
			continue
		}
		if err := runQuiz(ctx, quizOptions{g: w.g, arg: p.Number}); err != nil {
			return err
		}
		if w.state, err = w.store.Read(); err != nil {
			return err
		}
	}
}

// shown shows the watch until the learner leaves, which may be for the quiz.
func (w *watching) shown(ctx context.Context, t tui.Terminal, style report.Style, p *catalog.Phase) (quiz bool, err error) {
	inner, stop := context.WithCancel(ctx)
	defer stop()
	events := make(chan report.WatchEvent)
	w.tell = func(ev report.WatchEvent) {
		select {
		case events <- ev:
		case <-inner.Done():
		}
	}
	ended := make(chan error, 1)
	go func() {
		defer close(events)
		ended <- w.watch(inner, p)
	}()
	press := func(key chan struct{}) func() {
		return func() {
			select {
			case key <- struct{}{}:
			case <-inner.Done():
			}
		}
	}
	model, err := tui.Run(ctx, t, tui.NewWatch(style, events, w.g.Now, tui.WatchKeys{
		Again: press(w.again), Next: press(w.skip),
		Hint: func(id string) (report.HintScreen, error) {
			_, e := w.course.Exercise(id)
			screen, _, err := w.hint(inner, e)
			return screen, err
		},
	}))
	stop()
	if loop := <-ended; err == nil && !errors.Is(loop, context.Canceled) {
		err = loop
	}
	return model.Quiz(), err
}
