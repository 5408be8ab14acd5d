package cli

import (
	"bufio"
	"context"
	"errors"
	"io"
	"strings"
	"time"
)

// ctrlCTime is how long after the end of a terminal's input Ctrl-C may still be on
// its way: a Windows console ends the read first.
const ctrlCTime = 100 * time.Millisecond

// readLine waits for a line, or for Ctrl-C. io.EOF: the input has ended.
func (g *global) readLine(ctx context.Context, lines <-chan string) (string, error) {
	if err := ctx.Err(); err != nil {
		return "", err
	}
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case line, ok := <-lines:
		if ok {
			return line, nil
		}
	}
	if isTerminal(g.Stdin) {
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(ctrlCTime):
		}
	}
	return "", io.EOF
}

// maxAnswer is the length from which on a line is no answer any more, in bytes.
const maxAnswer = 64 << 10

// readLines reads in the background, since a read of a terminal cannot be called
// off when Ctrl-C comes; it ends with the process at the latest. A line that is too
// long for an answer arrives empty. The channel is closed where the input ends.
func readLines(ctx context.Context, r io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		in := bufio.NewReaderSize(r, maxAnswer)
		for {
			data, err := in.ReadSlice('\n')
			line := strings.TrimRight(string(data), "\r\n")
			for errors.Is(err, bufio.ErrBufferFull) {
				line = ""
				_, err = in.ReadSlice('\n')
			}
			if err != nil && len(data) == 0 {
				return
			}
			select {
			case lines <- line:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return lines
}
