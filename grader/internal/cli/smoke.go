package cli

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
	"echofromzero/grader/internal/report"
	"echofromzero/grader/internal/sandbox"
)

// runSmoke asks a deployed program, and keeps nothing of what it answers.
func runSmoke(ctx context.Context, o checkOptions) error {
	if err := oneOf("format", o.format, checkFormats...); err != nil {
		return err
	}
	w, style, err := o.g.screen()
	if err != nil {
		return err
	}
	u, err := deployed(o.url)
	if err != nil {
		return err
	}
	s, err := o.g.open()
	if err != nil {
		return err
	}
	p, e, err := smoked(s.course, o.args)
	if err != nil {
		return err
	}
	v, err := o.smoke(ctx, p, e, u)
	if err != nil {
		return err
	}
	c := &checking{session: s, o: o, verdicts: []grade.Verdict{v}}
	switch o.format {
	case "json":
		err = c.json(w, false)
	case "junit":
		c.tellNotices()
		err = report.JUnit(w, c.verdicts)
	case "github":
		err = c.github(w, style, []target{{phase: p, only: []string{e.ID}}})
	default:
		err = report.Smoke(w, style, c.screen())
	}
	if code := codeOf(c.verdicts); err == nil && code != exitOK {
		err = &exitError{code: code}
	}
	return err
}

func (o checkOptions) smoke(ctx context.Context, p *catalog.Phase, e *catalog.Exercise, u *url.URL) (grade.Verdict, error) {
	scratch, err := sandbox.NewScratch("")
	if err != nil {
		return grade.Verdict{}, err
	}
	o.g.onClose(scratch.Close)
	wait := o.g.newWaiter("asking " + u.Host)
	defer wait.close()
	return grade.Smoke(ctx, p, e, u, scratch.Dir, o.seed)
}

// deployed reads the address of --url.
func deployed(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, usagef("--url takes an address such as https://articles.example.com: %v", errors.Unwrap(err))
	case u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return nil, usagef("--url takes an address such as https://articles.example.com, not %q", text)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, usagef("--url takes a host and perhaps a path, without a user, a query or a fragment")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

// smoked is the one exercise that --url is for.
func smoked(c *catalog.Course, args []string) (*catalog.Phase, *catalog.Exercise, error) {
	list, err := targets(c, args)
	if err != nil {
		return nil, nil, err
	}
	if len(list) != 1 || len(list[0].only) != 1 {
		return nil, nil, usagef("--url goes with one exercise, such as `grader check %s --url https://articles.example.com`", smokeExample(c))
	}
	e := list[0].phase.Exercise(list[0].only[0])
	if e.Smoke == nil {
		return nil, nil, usagef("%s asks nothing of a program that is deployed. Exercise %s does", e.ID, smokeExample(c))
	}
	return list[0].phase, e, nil
}

// smokeExample is an exercise that --url can be used with.
func smokeExample(c *catalog.Course) string {
	for _, p := range c.Phases {
		for _, e := range p.Exercises {
			if e.Smoke != nil {
				return e.ID
			}
		}
	}
	return "(none in this course)"
}
