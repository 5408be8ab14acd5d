package report

import (
	"fmt"
	"io"
	"strings"
	"time"
)

func waitLines() []screen {
	long := strings.Repeat("long/", 30) + "\x1b[2J"
	return []screen{{name: "wait", draw: func(w io.Writer, s Style) error {
		for _, in := range []WaitLine{
			{Stage: "checking 01-hello", Elapsed: 1234 * time.Millisecond},
			{Stage: "downloading modules", Detail: "github.com/labstack/echo/v4 v4.16.0", Elapsed: 61 * time.Second},
			{Stage: "checking", Done: 3, Of: 6, Elapsed: 2 * time.Second},
			{Stage: "proving 02-routing", Detail: long, Done: 48, Of: 48, Elapsed: 900 * time.Second},
			{Stage: long, Of: 48},
		} {
			if _, err := fmt.Fprintln(w, Wait(s, in)); err != nil {
				return err
			}
		}
		return nil
	}}}
}
