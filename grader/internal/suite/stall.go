package suite

import "time"

// stallTick is how often the machine is asked whether it still runs us.
const stallTick = 20 * time.Millisecond

// watchStalls measures how long this process was not let run: the longest time by
// which a tick came late. A check of time that failed meanwhile says nothing about
// the learner's program.
func watchStalls() (longest func() time.Duration) {
	stop, worst := make(chan struct{}), make(chan time.Duration)
	go func() {
		var late time.Duration
		last := time.Now()
		tick := time.NewTicker(stallTick)
		defer tick.Stop()
		for {
			select {
			case <-stop: // a stall that lasts until now has had no tick yet
				worst <- max(late, time.Since(last)-stallTick)
				return
			case <-tick.C:
				now := time.Now()
				late = max(late, now.Sub(last)-stallTick)
				last = now
			}
		}
	}()
	return func() time.Duration {
		close(stop)
		return <-worst
	}
}
