package suite

import "fmt"

// releaseCommand builds the program as `serve -release` has it built.
func (r *run) releaseCommand() string {
	return fmt.Sprintf(`CGO_ENABLED=0 go build -trimpath -ldflags '-s -w -X main.version=%s' -o articles ./%s && ./articles   # in place of grader run`,
		r.opt.Version, r.opt.Dir)
}
