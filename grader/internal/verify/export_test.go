package verify

import (
	"context"
	"time"

	"echofromzero/grader/internal/catalog"
)

// Prove shows one proof of p alone.
func (v *Verifier) Prove(ctx context.Context, p *catalog.Phase, number int) (Proof, error) {
	return v.prove(ctx, p, number)
}

// Limit sets how long a command that a lesson shows may take.
func (v *Verifier) Limit(d time.Duration) { v.limit = d }
