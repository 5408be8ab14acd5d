package suite

import (
	"strings"
	"testing"
)

// Ensure that series are found by their labels, summed and counted.
func TestMetrics(t *testing.T) {
	t.Parallel()
	passesAtAll(t, "live", `# requests are counted under their route
serve
GET /notes
GET /notes
GET /nowhere
metrics http_requests_total{method="GET",route="/notes",status="200"} == 2
metrics http_requests_total{status="404"} == 1 -within 2s
metrics http_requests_total{method="GET"} >= 3
metrics http_requests_total != 0
metrics http_request_duration_seconds_count{route="/notes"} == 2
metrics http_request_duration_seconds_bucket{route="/notes",le="+Inf"} == 2
metrics http_request_duration_seconds_sum{route="/notes"} > 0
metrics http_request_duration_seconds_sum{route="/notes"} < 2e1

# what nobody knows is one route
parallel 40 -- GET /nowhere/$RANDOM_WORD -- GET /nowhere/$RANDOM_WORD2 -- GET /nowhere/$RANDOM_WORD3
metrics count http_requests_total{status="404"} == 1
metrics count http_requests_total{route="/absent"} == 0
metrics count http_requests_total <= 4
status 200
`)
}

// Ensure that a failure says what the value is, and what there is.
func TestMetricsFailures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, program, env, script, want, got string }{
		{"other value", "live", "A=b", "GET /notes\nmetrics http_requests_total{route=\"/notes\"} == 2 -within 100ms", `http_requests_total{route="/notes"} == 2`,
			"~it is 1:\nhttp_requests_total{method=\"GET\",route=\"/metrics\",status=\"200\"} "},
		{"no such label", "live", "A=b", "GET /notes\nmetrics http_requests_total{route=\"/a\"} == 2 -within 100ms", `http_requests_total{route="/a"} == 2`,
			"~no series has these labels:\nhttp_requests_total{"},
		{"no such name", "live", "A=b", "GET /notes\nmetrics requests == 2 -within 100ms", `requests == 2`,
			"there is no series requests, but of these names:\nhttp_request_duration_seconds_bucket\nhttp_request_duration_seconds_count\nhttp_request_duration_seconds_sum\nhttp_requests_total"},
		{"cardinality", "live", "FAULT=paths", "GET /a/1\nGET /a/2\nmetrics count http_requests_total{status=\"404\"} == 1 -within 100ms", `the number of series http_requests_total{status="404"} == 1`,
			"~it is 2:\nhttp_requests_total{method=\"GET\",route=\"/a/1\",status=\"404\"} 1\n"},
		{"no metrics", "example", "A=b", "metrics a == 1", "200 OK", "~404 Not Found"},
		{"exposition", "live", "FAULT=exposition", "metrics http_requests_total == 1", "metrics in the text format of Prometheus", "~text format parsing error in line 1"},
		{"no answer", "odd", "MODE=hang", "metrics a == 1", "an answer", "no complete answer within 5s"},
		{"empty", "odd", "MODE=ok", "metrics a == 1", "metrics in the text format of Prometheus", "~ok"},
		{"big", "odd", "MODE=endless body", "metrics a == 1", "an answer", "the body goes on after 1 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := fails(t, c.program, "# it says so\nserve -env '"+c.env+"'\n"+c.script+"\n")
			sameString(t, "Want", f.Want, c.want)
			sameOrHas(t, "Got", f.Got, c.got)
			sameString(t, "Request", f.Request, "curl -i http://localhost:8080/metrics")
		})
	}
}

// Ensure that every kind of metric is found under the names that its text has.
func TestExposition(t *testing.T) {
	t.Parallel()
	all, err := parseExposition([]byte(`# TYPE c counter
c{a="x\"y",b="1"} 3
c{a="z"} 4
# TYPE g gauge
g -1.5
u 7
# TYPE s summary
s{quantile="0.5"} 2
s_sum 10
s_count 5
# TYPE h histogram
h_bucket{le="1"} 1
h_bucket{le="+Inf"} 2
h_sum 3
h_count 2
`))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]struct {
		value float64
		count int
	}{
		`c`: {7, 2}, `c{a="x\"y"}`: {3, 1}, `c{a="z",}`: {4, 1}, `c{b="1",a="z"}`: {0, 0}, `g`: {-1.5, 1}, `g{}`: {-1.5, 1}, `u`: {7, 1},
		`s{quantile="0.5"}`: {2, 1}, `s_sum`: {10, 1}, `s_count`: {5, 1}, `h_bucket{le="+Inf"}`: {2, 1}, `h_bucket`: {3, 2}, `h_sum`: {3, 1}, `h`: {0, 0},
	} {
		sel, err := parseSelector(text)
		if err != nil {
			t.Fatal(err)
		}
		found := all.matching(sel)
		if sum(found) != want.value || len(found) != want.count {
			t.Errorf("%s gives %v", text, found)
		}
	}
	for _, text := range []string{"", "1a", "a{", "a{b}", `a{b="c"`, `a{b="c"}x`, `a{b="c"d="e"}`, `a{b='c'}`, `a{b="\q"}`, "a b"} {
		if sel, err := parseSelector(text); err == nil {
			t.Errorf("%q is read as %+v", text, sel)
		}
	}
}

// FuzzExposition ensures that whatever a program answers at /metrics is series or an
// error, and can be shown.
func FuzzExposition(f *testing.F) {
	for _, s := range []string{"a 1\n", "# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_sum 1\nh_count 1\n", "# TYPE s summary\ns{quantile=\"0.5\"} NaN\n",
		"a{b=\"c\"} +Inf 12\n", "{\"a b\",c=\"d\"} 1\n", "# HELP a \\x\na 1 # {} 1\n", "a{b=\"" + strings.Repeat("\\n", 100) + "\"} 0x1p-2\n"} {
		f.Add(s, `a{b="c"}`)
	}
	f.Fuzz(func(t *testing.T, text, selected string) {
		all, err := parseExposition([]byte(text))
		sel, bad := parseSelector(selected)
		if err != nil || bad != nil {
			return
		}
		found := all.matching(sel)
		if strings.TrimSpace(all.shown(sel, sum(found), len(found) > 0)) == "" {
			t.Fatalf("nothing is shown of %q", text)
		}
	})
}
