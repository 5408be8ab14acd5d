package cli

import (
	"context"
	"fmt"
	"sort"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/verify"
)

func runVerify(ctx context.Context, o verifyOptions) error {
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	if o.repeat < 1 {
		return usagef("--repeat takes 1 or more")
	}
	if o.sample < 0 {
		return usagef("--sample takes 0 or more")
	}
	for _, n := range o.proofs {
		if n < 1 || n > verify.Proofs() {
			return usagef("--proof takes numbers from 1 to %d", verify.Proofs())
		}
	}
	if err := o.g.source(); err != nil {
		return err
	}
	c, out, err := o.g.loadFor(o.args)
	if err != nil {
		return err
	}
	if len(out) > 0 {
		fmt.Fprintln(o.g.Stderr, leftOut(out))
	}
	phases, err := o.phases(c)
	if err != nil {
		return err
	}
	began := time.Now()
	rows, err := o.prove(ctx, c, phases, out)
	if err != nil {
		return err
	}
	if err := report.VerifyReport(w, style, report.VerifyScreen{Rows: rows, Explain: o.explain, Elapsed: time.Since(began)}); err != nil {
		return err
	}
	for _, r := range rows {
		if !r.OK {
			return &exitError{code: exitFail}
		}
	}
	return nil
}

func (o verifyOptions) phases(c *catalog.Course) ([]*catalog.Phase, error) {
	if len(o.args) == 0 {
		return c.Phases, nil
	}
	list, err := targets(c, o.args)
	var phases []*catalog.Phase
	for _, t := range list {
		phases = append(phases, t.phase)
	}
	return phases, err
}

func (o verifyOptions) prove(ctx context.Context, c *catalog.Course, phases []*catalog.Phase, leftOut []string) ([]report.VerifyRow, error) {
	wait := o.g.newWaiter("proving")
	defer wait.close()
	e, _, err := o.g.engine(ctx, c, wait.set)
	if err != nil {
		return nil, err
	}
	var rows []report.VerifyRow
	var explained []string
	var asked int // proofs of each phase
	options := verify.Options{Course: c, FS: o.g.Course, Grader: e.grader, Builder: e.builder, Scratch: e.scratch.Dir,
		Repeat: o.repeat, Only: o.proofs, PerExercise: o.sample, Load: o.load, LeftOut: leftOut,
		Explain: func(x verify.Explanation) {
			explained = append(explained, fmt.Sprintf("%s (%s) fails %s at %q; hint: %s", x.Mutant, x.Title, x.Exercise, x.Check, x.Hint))
		},
		Done: func(p verify.Proof) {
			row := report.VerifyRow{Phase: p.Phase, Proof: p.Number, Name: p.Name, OK: p.OK(), Took: p.Took, Details: p.Problems}
			if o.explain {
				sort.Strings(explained)
				row.Details = append(row.Details, explained...)
			}
			explained = nil
			row.Remarks = append(labelled("warning: ", p.Warnings), labelled("not run: ", p.NotRun)...)
			rows = append(rows, row)
			wait.step()
			wait.set(fmt.Sprintf("proving %s, %d of %d shown", p.Phase, (len(rows)-1)%asked+1, asked), "")
		}}
	asked = len(options.Numbers())
	wait.expect(asked * len(phases))
	v := verify.New(options)
	for _, p := range phases {
		if _, err := v.Phase(ctx, p); err != nil {
			return rows, err
		}
	}
	return rows, nil
}

func labelled(label string, list []string) []string {
	var out []string
	for _, s := range list {
		out = append(out, label+s)
	}
	return out
}
