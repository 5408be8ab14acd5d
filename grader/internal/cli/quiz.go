package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/progress"
	"echofromzero/grader/internal/quiz"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/workspace"
)

type quizOptions struct {
	g      *global
	arg    string  // a phase, or a file that ends in .json
	review bool    // only what was missed in the last run
	seed   *uint64 // nil: by phase and number of runs
}

func newQuizCmd(g *global) *cobra.Command {
	o := quizOptions{g: g}
	var seed uint64
	cmd := &cobra.Command{
		Use:   "quiz [PHASE | FILE.json]",
		Short: "Ask the questions of a phase's quiz",
		Long: `Quiz asks the questions of a phase's quiz and says at once what was right and why.
Without an argument it takes the current phase. What you missed in earlier phases comes
back at the end, up to three questions.

In a terminal it takes the whole screen. Choose with the arrows, or the number or letter
of a choice; Enter answers. Where the output of a program is asked for, type it, with \n
where a line ends. q, Esc or Ctrl-C leaves, and the next call goes on there: each answer
is kept at once.

From a pipe the answers are read line by line. If the input ends early, or at Ctrl-C,
what was answered is a run, and the rest of it counts as missed.

The score and what was missed are kept with your progress. A FILE.json is any quiz of
the course's format; nothing is kept for one.`,
		Example:           "  grader quiz 01\n  grader quiz 01 --review\n  grader quiz mine.json",
		Args:              argCount(1),
		ValidArgsFunction: g.completeNames,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				o.arg = args[0]
			}
			if cmd.Flags().Changed("seed") {
				o.seed = &seed
			}
			return runQuiz(cmd.Context(), o)
		},
	}
	cmd.Flags().BoolVar(&o.review, "review", false, "ask only what was missed in the last run")
	cmd.Flags().Uint64Var(&seed, "seed", 0, "fix the order of the choices; by default each run has another")
	return cmd
}

// asking is a quiz under way.
type asking struct {
	o     quizOptions
	w     io.Writer
	style report.Style
	s     *session

	phase     *catalog.Phase // nil for a file
	name      string         // of the phase or the file
	title     string
	questions []catalog.Question
	before    progress.Quiz // what is kept of this quiz
	run       *quiz.Run
	kept      bool
	notices   []string
}

func runQuiz(ctx context.Context, o quizOptions) error {
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	a := &asking{o: o, w: w, style: style}
	if strings.EqualFold(filepath.Ext(o.arg), ".json") {
		err = a.openFile()
	} else {
		err = a.openPhase()
	}
	if err != nil {
		return err
	}
	if err := a.begin(); err != nil {
		return err
	}
	if a.run.Len() == 0 {
		return report.QuizNothing(a.w, a.style, a.end())
	}
	if terminal, ok := o.g.interactive(style); ok {
		return a.onScreen(ctx, terminal)
	}
	if err := a.start(); err != nil {
		return err
	}
	err = a.ask(ctx)
	// What was answered is kept, whatever ended it.
	a.save(context.WithoutCancel(ctx))
	if shown := a.finish(); err == nil {
		err = shown
	}
	return err
}

// openFile takes the questions from a file of the learner's.
func (a *asking) openFile() error {
	if a.o.review {
		return usagef("nothing is kept for a file, so --review has nothing to ask. Leave it out")
	}
	path := a.o.arg
	if !filepath.IsAbs(path) {
		path = filepath.Join(a.o.g.Dir, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return usagef("quiz %s: %w", a.o.arg, errors.Unwrap(err))
	}
	if a.questions, err = catalog.ParseQuiz(a.o.arg, data); err != nil {
		return usagef("%w", err)
	}
	a.name, a.title = filepath.Base(path), filepath.Base(path)
	a.s = &session{g: a.o.g}
	if ws, err := workspace.Find(a.o.g.Dir); err == nil {
		a.s.ws = ws
	}
	a.notices = append(a.notices, "Nothing is kept of a quiz from a file.")
	return nil
}

// openPhase takes the quiz of a phase, inside a workspace or not.
func (a *asking) openPhase() error {
	s, err := a.o.g.open()
	a.s = s
	switch {
	case errors.Is(err, workspace.ErrNone) && a.o.review:
		return fmt.Errorf("--review asks what you missed, which is kept in a workspace: %w", err)
	case errors.Is(err, workspace.ErrNone):
		a.notices = append(a.notices, "This folder is no workspace of the course, so nothing is kept of this run.")
	case err != nil:
		return err
	}
	p := s.current()
	if a.o.arg != "" {
		if p, err = onePhase(s.course, a.o.arg); err != nil {
			return err
		}
	}
	if p == nil {
		p = s.course.Phases[0]
	}
	if len(p.Quiz) == 0 {
		return usagef("phase %s has no quiz", p.Name)
	}
	a.phase, a.name, a.title, a.questions = p, p.Name, p.Number+" "+p.Title, p.Quiz
	a.before = s.state.Quizzes[p.Number]
	return nil
}

// begin makes the run.
func (a *asking) begin() error {
	seed := quiz.Seed(a.name, len(a.before.Runs))
	if a.o.seed != nil {
		seed = *a.o.seed
	}
	if a.o.review {
		if len(a.before.Runs) == 0 {
			return usagef("there is no run of quiz %s to review yet. `%s quiz %s` asks everything", a.phase.Number, a.s.command(), a.phase.Number)
		}
		a.run = quiz.Only(a.questions, seed, a.before.Missed())
		return nil
	}
	a.run = quiz.New(a.questions, seed)
	a.comeBack()
	return nil
}

// mostBack is how many questions of earlier phases come back in a quiz.
const mostBack = 3

// comeBack adds what was missed in earlier phases: of the oldest first.
func (a *asking) comeBack() {
	if a.phase == nil {
		return
	}
	left := mostBack
	for _, p := range a.s.course.Phases {
		if p == a.phase {
			return
		}
		missed := slices.DeleteFunc(quiz.IDs(p.Quiz), func(id string) bool { return !slices.Contains(a.s.state.Quizzes[p.Number].Missed(), id) })
		missed = missed[:min(left, len(missed))]
		a.run.Add(p.Number, p.Quiz, missed)
		left -= len(missed)
	}
}

// back is the title of the phase that a question comes back from, "" for none.
func (a *asking) back(q *quiz.Question) string {
	if q.From == "" {
		return ""
	}
	return q.From + " " + a.s.course.Phase(q.From).Title
}

// start says, where lines are asked for, what comes.
func (a *asking) start() error {
	key := "Ctrl-D"
	if runtime.GOOS == "windows" {
		key = "Ctrl-Z and Enter"
	}
	err := report.QuizStart(a.w, a.style, report.QuizStartScreen{Title: a.title, Questions: a.run.Len(), Review: a.o.review, EndKey: key, Notices: a.notices})
	a.notices = nil
	return err
}

// ask asks until nothing is left or the input ends. The error is the context's, or
// the screen's.
func (a *asking) ask(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	lines := readLines(ctx, a.o.g.Stdin)
	for q := a.run.Current(); q != nil; q = a.run.Current() {
		choices := q.Shown()
		fmt.Fprintln(a.w)
		err := report.QuizQuestion(a.w, a.style, report.QuizQuestionScreen{Number: q.Number, Of: a.run.Len(), From: a.back(q), Question: q.Q, Code: q.Code, Choices: choices})
		if err != nil {
			return err
		}
		out, err := a.answer(ctx, lines, len(choices))
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		err = report.QuizAnswer(a.w, a.style, report.QuizAnswerScreen{Right: out.Right, Place: out.Place, Correct: out.Correct, Why: out.Why, Explain: out.Explain})
		if err != nil {
			return err
		}
	}
	return nil
}

// answer prompts until a line is an answer. io.EOF: the input has ended.
func (a *asking) answer(ctx context.Context, lines <-chan string, choices int) (quiz.Outcome, error) {
	for {
		fmt.Fprintln(a.w)
		if err := report.QuizPrompt(a.w); err != nil {
			return quiz.Outcome{}, err
		}
		line, err := a.o.g.readLine(ctx, lines)
		if err != nil {
			fmt.Fprintln(a.w)
			return quiz.Outcome{}, err
		}
		if !isTerminal(a.o.g.Stdin) {
			if err := report.QuizEcho(a.w, a.style, line); err != nil {
				return quiz.Outcome{}, err
			}
		}
		fmt.Fprintln(a.w)
		out, err := a.run.Answer(line)
		if !errors.Is(err, quiz.ErrUnclear) {
			return out, err
		}
		if err := report.QuizAgain(a.w, a.style, choices); err != nil {
			return quiz.Outcome{}, err
		}
	}
}

// save records the run, if there is where and what.
func (a *asking) save(ctx context.Context) {
	if a.phase == nil || a.s.store == nil || a.run.Answered() == 0 {
		return
	}
	res, given := a.run.Result(), a.run.Given()
	a.update(ctx, func(st *progress.State) {
		st.AddQuiz(a.phase.Number, progress.QuizRun{Time: a.o.g.Now(), Score: res.Right, Of: res.Of, Missed: res.Missed})
		for i, q := range a.run.Questions() {
			if q.From != "" && i < len(given) && given[i] {
				st.Recall(q.From, q.ID)
			}
		}
	})
}

// update changes the progress, and says once if it cannot be.
func (a *asking) update(ctx context.Context, change func(*progress.State)) {
	err := a.s.store.Update(ctx, func(st *progress.State) error {
		change(st)
		return nil
	})
	if note := fmt.Sprintf("Your progress was not saved: %v", err); err != nil && !slices.Contains(a.notices, note) {
		a.notices = append(a.notices, note)
	}
	a.kept = err == nil
	a.s.takeNotices()
}

func (a *asking) finish() error {
	fmt.Fprintln(a.w)
	return report.QuizEnd(a.w, a.style, a.end())
}

// end is what the last screen says.
func (a *asking) end() report.QuizEndScreen {
	res := a.run.Result()
	in := report.QuizEndScreen{Title: a.title, Right: res.Right, Of: res.Of, Wrong: res.Wrong, Unanswered: res.Unanswered,
		Back: res.Back, BackRight: res.BackRight, Recalled: len(a.before.Since) > 0,
		Kept: a.kept, Now: a.o.g.Now(), Notices: append(a.s.notices, a.notices...)}
	for _, r := range a.before.Runs {
		in.Earlier = append(in.Earlier, report.QuizRun{Score: r.Score, Of: r.Of, Time: r.Time})
	}
	in.NextTitle, in.NextCommand = a.next(res)
	return in
}

// next is what to do after the quiz.
func (a *asking) next(res quiz.Result) (title, cmd string) {
	grader := a.s.command()
	switch {
	case a.phase == nil:
		return "", ""
	case a.s.store == nil:
		return "make a workspace, which keeps what you do", grader + " init articles"
	case res.Of == 0, !a.kept && res.Right < res.Of:
		return "ask everything again", grader + " quiz " + a.phase.Number
	case res.Right < res.Of:
		return "ask once more what is missing", grader + " quiz " + a.phase.Number + " --review"
	}
	for _, e := range a.phase.Exercises {
		if e.Kind == catalog.KindQuiz && a.kept && !a.s.passed(e) {
			return e.ID + " " + e.Title, grader + " check " + e.ID
		}
	}
	return "see what comes next", grader
}
