package grade

import (
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/suite"
)

// TestDecide ensures that two tries give one outcome, that the worse cause wins,
// and that only a first try with checks which all hold is a pass.
func TestDecide(t *testing.T) {
	var (
		passed  = suite.Outcome{Checks: 2}
		failed  = suite.Outcome{Checks: 1, Failure: &suite.Failure{Got: "first"}}
		again   = suite.Outcome{Checks: 1, Failure: &suite.Failure{Got: "second"}}
		notRun  = suite.Outcome{Checks: 1, NotRun: "PostgreSQL"}
		broken  = suite.Outcome{Checks: 1, Broken: "suite: line 3"}
		nothing = suite.Outcome{}
	)
	for name, c := range map[string]struct {
		first, last suite.Outcome
		status      Status
		reason      string
		got         string
	}{
		"Pass":              {passed, passed, Pass, "", ""},
		"Fail":              {failed, again, Fail, "", "second"},
		"FailOnce":          {failed, failed, Fail, "", "first"},
		"Unstable":          {failed, passed, Unstable, "", "first"},
		"NotRun":            {notRun, notRun, NotRun, "this machine lacks: PostgreSQL", ""},
		"FailThenNotRun":    {failed, notRun, Fail, "", "first"},
		"FailThenNothing":   {failed, nothing, Fail, "", "first"},
		"Broken":            {broken, broken, Broken, "suite: line 3", ""},
		"FailThenBroken":    {failed, broken, Broken, "suite: line 3", ""},
		"NothingWasChecked": {nothing, nothing, Broken, "the suite made no assertion", ""},
		"BrokenAndNotRun":   {suite.Outcome{Broken: "b", NotRun: "n"}, notRun, Broken, "b", ""},
		"BrokenAndFailed":   {suite.Outcome{Broken: "b", Failure: failed.Failure, Checks: 1}, passed, Broken, "b", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var r Result
			decide(&r, c.first, c.last)
			require.Equal(t, c.status, r.Status)
			require.Equal(t, c.reason, r.Reason)
			require.Equal(t, c.first.Checks, r.Checks)
			if c.got == "" {
				require.Nil(t, r.Failure)
				return
			}
			require.Equal(t, c.got, r.Failure.Got)
		})
	}
}

// TestNotRunLeavesTheMaximum ensures that what this machine cannot run costs no points.
func TestNotRunLeavesTheMaximum(t *testing.T) {
	var v Verdict
	v.Add(Result{ID: "1.1", Level: catalog.Core, Status: Pass, Points: 10, Max: 10})
	v.Add(Result{ID: "1.2", Level: catalog.Core, Status: NotRun, Max: 10})
	v.Add(Result{ID: "1.3", Level: catalog.Stretch, Status: NotRun, Max: 10})
	v.Add(Result{ID: "1.4", Level: catalog.Stretch, Status: Unstable, Max: 10})
	require.Equal(t, []int{10, 10, 0, 10}, []int{v.Score, v.Max, v.Stretch, v.StretchOf})
	require.True(t, v.Done())

	var none Verdict
	none.Add(Result{ID: "1.1", Level: catalog.Core, Status: NotRun, Max: 10})
	require.False(t, none.Done(), "nothing that ran is no pass")
}

// TestWaitNotRun ensures that nobody waits for what this machine cannot run.
func TestWaitNotRun(t *testing.T) {
	a, b := &catalog.Exercise{ID: "1.1"}, &catalog.Exercise{ID: "1.2", Needs: []string{"1.1"}}
	for need, want := range map[Status]Status{Pass: Fail, NotRun: Fail, Fail: Waiting, Unstable: Waiting, Broken: Waiting, Waiting: Waiting} {
		results := map[string]*Result{"1.1": {Status: need}, "1.2": {Status: Fail, Failure: &Failure{}}}
		wait([]*catalog.Exercise{a, b}, results)
		require.Equal(t, want, results["1.2"].Status, "the need is %s", need)
	}
	for _, own := range []Status{Pass, NotRun, Broken} {
		results := map[string]*Result{"1.1": {Status: Fail}, "1.2": {Status: own}}
		wait([]*catalog.Exercise{a, b}, results)
		require.Equal(t, own, results["1.2"].Status)
	}
	results := map[string]*Result{"1.1": {Status: Fail}, "1.2": {Status: Unstable, Failure: &Failure{}}}
	wait([]*catalog.Exercise{a, b}, results)
	require.Equal(t, Waiting, results["1.2"].Status, "also what is unstable waits")
}
