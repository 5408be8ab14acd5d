package suite

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// flagged is a command's arguments, taken apart.
type flagged struct {
	r    *run
	name string
	all  map[string][]string
	rest []string
}

// flags takes options of the form -name value from args, wherever they stand; "!"
// behind a name means that it takes no value, "*" that it may come more than once.
// What stands behind "--" is left as it is.
func (r *run) flags(name string, args []string, known ...string) flagged {
	f := flagged{r: r, name: name, all: map[string][]string{}}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			f.rest = append(f.rest, args[i+1:]...)
			break
		}
		opt, ok := strings.CutPrefix(arg, "-")
		if !ok || opt == "" {
			f.rest = append(f.rest, arg)
			continue
		}
		switch {
		case slices.Contains(known, opt+"!"):
			f.all[opt] = []string{"true"}
			continue
		case !slices.Contains(known, opt) && !slices.Contains(known, opt+"*"):
			f.rest = append(f.rest, arg)
			continue
		case i+1 == len(args):
			r.usage(name, arg+" needs a value")
		}
		if slices.Contains(known, opt) && f.all[opt] != nil {
			r.usage(name, arg+" is given twice")
		}
		i++
		f.all[opt] = append(f.all[opt], args[i])
	}
	return f
}

func (f flagged) text(opt string) string {
	if v := f.all[opt]; len(v) > 0 {
		return v[0]
	}
	return ""
}

func (f flagged) is(opt string) bool { return len(f.all[opt]) > 0 }

// count is an option's number, from 1 to most; 1 if it is not given.
func (f flagged) count(opt string, most int) int {
	if !f.is(opt) {
		return 1
	}
	n, err := strconv.Atoi(f.text(opt))
	if err != nil || n < 1 || n > most {
		f.r.usage(f.name, fmt.Sprintf("-%s takes a number from 1 to %d", opt, most))
	}
	return n
}

func (f flagged) duration(opt string, otherwise time.Duration) time.Duration {
	if !f.is(opt) {
		return otherwise
	}
	d, err := time.ParseDuration(f.text(opt))
	if err != nil || d <= 0 {
		f.r.usage(f.name, "-"+opt+" takes a duration such as 500ms")
	}
	return d
}
