package main

import (
	"context"
	"fmt"
	"math"
	"net/http"

	"github.com/labstack/echo/v4"
)

// This file is given, and the grader builds with its own copy of it: it shows what
// Handle must do. Edits here have no effect on your score.

// maxSum is the largest sum that is answered.
const maxSum = 1_000_000

type sumInput struct {
	A int64 `json:"a"`
	B int64 `json:"b"`
}

type sumOutput struct {
	Sum    int64  `json:"sum"`
	Caller string `json:"caller,omitempty"` // who asked, if the client said so
}

// callerKey is where the context holds the caller.
type callerKey struct{}

// addSum adds POST /api/v1/sum.
func addSum(e *echo.Echo) {
	e.POST("/api/v1/sum", Handle(sum), withCaller)
}

// withCaller puts the header X-Caller into the request's context.
func withCaller(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		req := c.Request()
		ctx := context.WithValue(req.Context(), callerKey{}, req.Header.Get("X-Caller"))
		c.SetRequest(req.WithContext(ctx))
		return next(c)
	}
}

// sum adds two numbers. It knows nothing of HTTP but the code of one error.
func sum(ctx context.Context, in sumInput) (sumOutput, error) {
	if in.B > 0 && in.A > math.MaxInt64-in.B || in.B < 0 && in.A < math.MinInt64-in.B {
		return sumOutput{}, fmt.Errorf("adding %d and %d overflows", in.A, in.B)
	}
	if in.A+in.B > maxSum {
		return sumOutput{}, echo.NewHTTPError(http.StatusUnprocessableEntity, fmt.Sprintf("the sum is above %d", maxSum))
	}
	caller, _ := ctx.Value(callerKey{}).(string)
	return sumOutput{Sum: in.A + in.B, Caller: caller}, nil
}
