package cli

import (
	"context"
	"slices"

	"echofromzero/grader/internal/progress"
	"echofromzero/grader/internal/quiz"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/tui"
)

// Answers of an open run, as progress keeps them.
const (
	answerRight = "right"
	answerWrong = "wrong"
)

// onScreen asks in a terminal, and offers to go on with a run that was left.
func (a *asking) onScreen(ctx context.Context, terminal tui.Terminal) error {
	in := tui.QuizScreen{Title: a.title, Run: a.run, Begun: a.begun(), Now: a.o.g.Now(), Notices: slices.Concat(a.s.notices, a.notices), Phases: map[string]string{}}
	if a.o.review {
		in.Title += ", what you missed"
	}
	asked := a.run.Questions()
	if in.Begun != nil {
		in.Left = a.before.Open.Time
		asked = slices.Concat(asked, in.Begun.Questions())
	}
	for _, q := range asked {
		in.Phases[q.From] = a.back(q)
	}
	in.Keep = func(run *quiz.Run) {
		a.run = run
		a.keep(context.WithoutCancel(ctx))
	}
	screen, err := tui.Run(ctx, terminal, tui.NewQuiz(a.style, in))
	a.run = screen.Run()
	if err == nil && !screen.Left() {
		a.save(context.WithoutCancel(ctx))
		return report.QuizEnd(a.w, a.style, a.end())
	}
	a.kept = a.kept || a.run == in.Begun
	if shown := a.leave(); err == nil {
		err = shown
	}
	return err
}

// begun is the run that was left, as it was then; nil if there is none to go on with.
func (a *asking) begun() *quiz.Run {
	open := a.before.Open
	if open == nil || open.Review != a.o.review || a.o.seed != nil {
		return nil
	}
	run, right := &quiz.Run{Seed: open.Seed}, []bool(nil)
	for _, q := range open.Asked {
		questions := a.questions
		if q.From != "" {
			p := a.s.course.Phase(q.From)
			if p == nil {
				continue
			}
			questions = p.Quiz
		}
		before := run.Len()
		run.Add(q.From, questions, []string{q.ID})
		if run.Len() > before && q.Answer != "" { // it may be gone from the quiz
			right = append(right, q.Answer == answerRight)
		}
	}
	run.Resume(right)
	if run.Answered() == 0 || run.Current() == nil {
		return nil
	}
	return run
}

// keep saves how far the run has come.
func (a *asking) keep(ctx context.Context) {
	if a.phase == nil || a.s.store == nil {
		return
	}
	open := progress.QuizOpen{Time: a.o.g.Now(), Review: a.o.review, Seed: a.run.Seed}
	given := a.run.Given()
	for i, q := range a.run.Questions() {
		asked := progress.QuizAsked{ID: q.ID, From: q.From}
		if i < len(given) {
			asked.Answer = answerWrong
			if given[i] {
				asked.Answer = answerRight
			}
		}
		open.Asked = append(open.Asked, asked)
	}
	a.update(ctx, func(st *progress.State) { st.OpenQuiz(a.phase.Number, open) })
}

// leave says what becomes of a run that has not ended.
func (a *asking) leave() error {
	in := report.QuizOpenScreen{Title: a.title, Answered: a.run.Answered(), Of: a.run.Len(), Kept: a.kept,
		Notices: slices.Concat(a.s.notices, a.notices)}
	if a.phase != nil {
		in.NextCommand = a.s.command() + " quiz " + a.phase.Number
		if a.o.review {
			in.NextCommand += " --review"
		}
	}
	return report.QuizLeft(a.w, a.style, in)
}
