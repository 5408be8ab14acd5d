// Package throughput compares how many requests two programs answer, one after the other
// and again and again, until the ratio is known well enough or the time is up. On a
// machine that others use, and where the client takes as much of it as the programs, only
// that ratio says something.
package throughput

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"echofromzero/grader/internal/sandbox"
)

// How it is measured.
const (
	Clients  = 8                     // connections, each with one request under way
	slice    = 25 * time.Millisecond // of one program; a round has four of each
	fewest   = 8                     // rounds before anything is decided
	most     = 40                    // rounds after which it stays undecided
	ready    = 10 * time.Second      // until a program accepts
	margin   = 0.10                  // as fast is within this of the reference, either way
	quantile = 2.5758                // of the normal distribution, for 99 %
)

// A Decision is what a ratio comes to.
type Decision string

// Decisions. The bounds are those of the interval.
const (
	AsFast    Decision = "as fast"   // within the margin
	Slower    Decision = "slower"    // below 1, and the ratio below the margin
	Faster    Decision = "faster"    // above 1, and the ratio above the margin
	Undecided Decision = "undecided" // it is too wide for any of these
)

// A Result is how many requests the program answers for one that the reference does.
type Result struct {
	Ratio     float64 // geometric mean over the rounds
	Low, High float64 // of its 99 % confidence interval, as if the number of rounds had been fixed
	Rounds    int
	Decision  Decision
}

// Options of a comparison.
type Options struct {
	Program, Reference string   // paths of the binaries
	Path               string   // what is asked for, by GET; the answer is 200
	Env                []string // KEY=VALUE of both programs
	Scratch            string   // existing folder
	Level              string   // isolation of the boxes; "" is the best there is
	Round              func(Result)
}

// ErrAnswer is in the error of a program that does not answer 200.
var ErrAnswer = errors.New("no answer with status 200")

// Compare measures. Round, if it is set, is told the result so far after each round. The
// error says which program does not answer as it should.
func Compare(ctx context.Context, o Options) (Result, error) {
	own, err := start(ctx, o, "your program", o.Program)
	if err != nil {
		return Result{}, err
	}
	defer own.close()
	reference, err := start(ctx, o, "the reference", o.Reference)
	if err != nil {
		return Result{}, err
	}
	defer reference.close()
	var logs []float64
	for {
		a, b, err := round(ctx, own, reference)
		if err != nil {
			return Result{}, err
		}
		logs = append(logs, math.Log(a/b))
		r := resultOf(logs)
		if o.Round != nil {
			o.Round(r)
		}
		if r.Decision != Undecided || r.Rounds == most {
			return r, nil
		}
	}
}

// round measures both by turns, in an order by chance: what else the machine does meets
// both alike, and who is second meets warmer caches.
func round(ctx context.Context, own, reference *target) (a, b float64, err error) {
	for range 2 {
		order := []*target{own, reference, reference, own}
		if rand.IntN(2) == 0 {
			order = []*target{reference, own, own, reference}
		}
		for _, t := range order {
			rate, err := t.rate(ctx)
			if err != nil {
				return 0, 0, fmt.Errorf("%s: %w", t.name, err)
			}
			if t == own {
				a += rate
			} else {
				b += rate
			}
		}
	}
	return a, b, nil
}

// resultOf is what the rounds say so far.
func resultOf(logs []float64) Result {
	n := float64(len(logs))
	mean, squares := 0.0, 0.0
	for _, x := range logs {
		mean += x / n
	}
	for _, x := range logs {
		squares += (x - mean) * (x - mean)
	}
	r := Result{Ratio: math.Exp(mean), Low: 0, High: math.Inf(1), Rounds: len(logs), Decision: Undecided}
	if len(logs) < fewest {
		return r
	}
	half := student(n-1) * math.Sqrt(squares/(n-1)/n)
	r.Low, r.High = math.Exp(mean-half), math.Exp(mean+half)
	switch {
	case r.Low > 1/(1+margin) && r.High < 1+margin:
		r.Decision = AsFast
	case r.High < 1 && r.Ratio < 1/(1+margin):
		r.Decision = Slower
	case r.Low > 1 && r.Ratio > 1+margin:
		r.Decision = Faster
	}
	return r
}

// student is the 99.5 % quantile of Student's distribution, by the first terms of its
// expansion (Abramowitz and Stegun, 26.7.5): within 2 % from 7 degrees of freedom on.
func student(degrees float64) float64 {
	const z = quantile
	z3, z5 := z*z*z, z*z*z*z*z
	return z + (z3+z)/(4*degrees) + (5*z5+16*z3+3*z)/(96*degrees*degrees)
}

// target is one program, running.
type target struct {
	name   string
	box    sandbox.Box
	proc   *sandbox.Process
	client *http.Client
	url    string
}

func start(ctx context.Context, o Options, name, program string) (*target, error) {
	limits := sandbox.DefaultLimits // but a line of log for each of many requests is no fault here
	limits.MaxOutput, limits.CPU = 1<<30, 5*time.Minute
	box, err := sandbox.Open(sandbox.Options{Limits: limits, Level: o.Level, Scratch: o.Scratch, Visible: []string{program}})
	if err != nil {
		return nil, err
	}
	t := &target{name: name, box: box}
	if err := t.begin(ctx, o, program); err != nil {
		t.close()
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

func (t *target) begin(ctx context.Context, o Options, program string) error {
	port, err := t.box.Port()
	if err != nil {
		return err
	}
	t.proc, err = t.box.Start(sandbox.Spec{Path: program, Env: append([]string{"HOST=127.0.0.1", fmt.Sprint("PORT=", port)}, o.Env...)})
	if err != nil {
		return err
	}
	t.url = "http://localhost" + o.Path
	t.client = &http.Client{Timeout: ready, Transport: &http.Transport{MaxIdleConnsPerHost: Clients, DisableCompression: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return t.box.Dial(ctx, port) }}}
	for end := time.Now().Add(ready); ; time.Sleep(2 * time.Millisecond) {
		conn, err := t.box.Dial(ctx, port)
		if err == nil {
			conn.Close()
			break
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case t.proc.Ended():
			return fmt.Errorf("it %s before it listened", t.proc.Exit())
		case time.Now().After(end):
			return fmt.Errorf("nothing accepted a connection within %v", ready)
		}
	}
	_, err = t.rate(ctx) // warm
	return err
}

func (t *target) close() {
	if t.client != nil {
		t.client.CloseIdleConnections()
	}
	t.box.Close()
}

// rate is how many requests a second are answered now.
func (t *target) rate(ctx context.Context) (float64, error) {
	var wg sync.WaitGroup
	counts, errs := make([]int, Clients), make([]error, Clients)
	began := time.Now()
	for i := range Clients {
		wg.Go(func() {
			for time.Since(began) < slice && errs[i] == nil {
				if errs[i] = t.ask(ctx); errs[i] != nil && t.proc.Ended() {
					errs[i] = fmt.Errorf("%w: it %s", ErrAnswer, t.proc.Exit())
				}
				counts[i]++
			}
		})
	}
	wg.Wait()
	took := time.Since(began)
	sum := 0
	for i, n := range counts {
		if errs[i] != nil {
			return 0, errs[i]
		}
		sum += n
	}
	return float64(sum) / took.Seconds(), nil
}

func (t *target) ask(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url, nil)
	if err != nil {
		return err
	}
	res, err := t.client.Do(req)
	if err != nil {
		return fmt.Errorf("%w: %v", ErrAnswer, err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20)); err != nil {
		return fmt.Errorf("%w: %v", ErrAnswer, err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%w: %s", ErrAnswer, res.Status)
	}
	return nil
}
