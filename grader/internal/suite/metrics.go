package suite

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// A sample is one series of an exposition, as it was at that moment.
type sample struct {
	labels map[string]string
	value  float64
}

// selector is what a script asks about: a name, and labels that a series must have.
type selector struct {
	name   string
	labels map[string]string
}

var comparisons = map[string]func(a, b float64) bool{
	"==": func(a, b float64) bool { return a == b },
	"!=": func(a, b float64) bool { return a != b },
	"<":  func(a, b float64) bool { return a < b },
	"<=": func(a, b float64) bool { return a <= b },
	">":  func(a, b float64) bool { return a > b },
	">=": func(a, b float64) bool { return a >= b },
}

// metrics asserts on what the program says of itself at /metrics.
func metrics(r *run, _ bool, args []string) {
	fl := r.flags("metrics", args, "within", "name")
	words := fl.rest
	counting := len(words) > 0 && words[0] == "count"
	if counting {
		words = words[1:]
	}
	if len(words) != 3 {
		r.usage("metrics", "it takes a series, an operator and a number")
	}
	sel, err := parseSelector(words[0])
	if err != nil {
		r.usage("metrics", err.Error())
	}
	holds := comparisons[words[1]]
	number, err := strconv.ParseFloat(words[2], 64)
	if holds == nil || err != nil {
		r.usage("metrics", fmt.Sprintf("%s %s is no comparison with a number", words[1], words[2]))
	}
	want := strings.Join(words, " ")
	if counting {
		want = fmt.Sprintf("the number of series %s %s %s", words[0], words[1], words[2])
	}
	q := &request{method: "GET", path: "/metrics", within: defaultRequest, server: fl.text("name")}
	r.note(r.serverNamed(q.server), q.curl())
	// A program may count a request when it has answered it.
	for end := time.Now().Add(fl.duration("within", settle)); ; time.Sleep(defaultEvery) {
		all := r.scrape(q)
		found := all.matching(sel)
		value := sum(found)
		if counting {
			value = float64(len(found))
		}
		if (counting || len(found) > 0) && holds(value, number) {
			return
		}
		if time.Now().Add(defaultEvery).After(end) || r.ctx.Err() != nil {
			r.fail(Failure{Want: want, Got: all.shown(sel, value, len(found) > 0 || counting)})
		}
	}
}

// scrape asks for the metrics once.
func (r *run) scrape(q *request) exposition {
	r.ask(q)
	if r.resp.status != 200 {
		r.fail(Failure{Want: "200 OK", Got: r.resp.shown()})
	}
	all, err := parseExposition(r.resp.body)
	if err != nil {
		r.fail(Failure{Want: "metrics in the text format of Prometheus", Got: clip(err.Error()) + "\n" + capped(r.resp.body)})
	}
	return all
}

var selectorForm = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?$`)

// parseSelector reads NAME{label="value",…}.
func parseSelector(text string) (selector, error) {
	bad := fmt.Errorf(`%q is not NAME or NAME{label="value",…}`, text)
	m := selectorForm.FindStringSubmatch(text)
	if m == nil {
		return selector{}, bad
	}
	s := selector{name: m[1], labels: map[string]string{}}
	for rest := m[2]; rest != ""; {
		label, after, ok := strings.Cut(rest, "=")
		quoted, err := strconv.QuotedPrefix(after)
		if !ok || err != nil || after[0] != '"' {
			return s, bad
		}
		if s.labels[label], err = strconv.Unquote(quoted); err != nil {
			return s, bad
		}
		rest = after[len(quoted):]
		if next, more := strings.CutPrefix(rest, ","); more {
			rest = next
		} else if rest != "" {
			return s, bad
		}
	}
	return s, nil
}

// exposition are the series of a program, by name.
type exposition map[string][]sample

// parseExposition reads what a program answered at /metrics.
func parseExposition(text []byte) (exposition, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	if len(families) == 0 {
		return nil, errors.New("there are no metrics")
	}
	all := exposition{}
	for name, f := range families {
		for _, m := range f.Metric {
			all.add(name, m)
		}
	}
	return all, nil
}

// add adds a metric under the names that its series have in the text.
func (e exposition) add(name string, m *dto.Metric) {
	put := func(name string, value float64, more ...string) {
		labels := map[string]string{}
		for _, l := range m.Label {
			labels[l.GetName()] = l.GetValue()
		}
		if len(more) > 0 {
			labels[more[0]] = more[1]
		}
		e[name] = append(e[name], sample{labels, value})
	}
	total := func(count uint64, sum float64) {
		put(name+"_count", float64(count))
		put(name+"_sum", sum)
	}
	switch {
	case m.Counter != nil:
		put(name, m.Counter.GetValue())
	case m.Gauge != nil:
		put(name, m.Gauge.GetValue())
	case m.Untyped != nil:
		put(name, m.Untyped.GetValue())
	case m.Histogram != nil:
		total(m.Histogram.GetSampleCount(), m.Histogram.GetSampleSum())
		for _, b := range m.Histogram.Bucket {
			put(name+"_bucket", float64(b.GetCumulativeCount()), "le", number(b.GetUpperBound()))
		}
	case m.Summary != nil:
		total(m.Summary.GetSampleCount(), m.Summary.GetSampleSum())
		for _, q := range m.Summary.Quantile {
			put(name, q.GetValue(), "quantile", number(q.GetQuantile()))
		}
	}
}

func number(n float64) string {
	if math.IsInf(n, 1) {
		return "+Inf"
	}
	return strconv.FormatFloat(n, 'g', -1, 64)
}

// matching are the series that have the selector's labels, and perhaps more.
func (e exposition) matching(sel selector) []sample {
	var found []sample
	for _, s := range e[sel.name] {
		has := true
		for label, value := range sel.labels {
			has = has && s.labels[label] == value
		}
		if has {
			found = append(found, s)
		}
	}
	return found
}

func sum(list []sample) (total float64) {
	for _, s := range list {
		total += s.value
	}
	return total
}

// shown is what a learner reads: the value, and all series of that name, or the names
// that there are.
func (e exposition) shown(sel selector, value float64, there bool) string {
	const most = 20
	var lines []string
	for _, s := range e[sel.name] {
		lines = append(lines, clip(s.line(sel.name)))
	}
	head := "no series has these labels:\n"
	switch {
	case len(lines) == 0:
		lines = slices.Sorted(maps.Keys(e))
		for i, name := range lines {
			lines[i] = clip(name)
		}
		head = "there is no series " + sel.name + ", but of these names:\n"
	case there:
		head = "it is " + number(value) + ":\n"
	}
	slices.Sort(lines)
	if len(lines) > most {
		lines = append(lines[:most], fmt.Sprintf("… and %d more", len(lines)-most))
	}
	return head + strings.Join(lines, "\n")
}

// line is the series as the text format has it.
func (s sample) line(name string) string {
	var labels []string
	for _, l := range slices.Sorted(maps.Keys(s.labels)) {
		labels = append(labels, fmt.Sprintf("%s=%q", l, s.labels[l]))
	}
	if len(labels) > 0 {
		name += "{" + strings.Join(labels, ",") + "}"
	}
	return name + " " + number(s.value)
}
