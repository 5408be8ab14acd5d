package verify

import "time"

// Limit sets how long a command that a lesson shows may take.
func (v *Verifier) Limit(d time.Duration) { v.limit = d }
