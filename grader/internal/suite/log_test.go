package suite

import "testing"

// Ensure that a failure of log shows what was printed instead.
func TestLogFailures(t *testing.T) {
	t.Parallel()
	const quiet = `the program printed no line that is a JSON object, but:
line 36
line 37
line 38
line 39
line 40`
	for _, c := range []struct{ name, program, script, want, got string }{
		{"no JSON", "odd", `log '.status == 500'`, "a JSON log line with .status == 500", quiet},
		{"nothing", "example", `log '.status == 500'`, "a JSON log line with .status == 500", "the program printed nothing"},
		{"none of many", "example", "parallel 7 -- GET /\nlog '.level == \"ERROR\"'", `a JSON log line with .level == "ERROR"`,
			"~the program printed 7 JSON lines, of which the last are:\n{"},
		{"nearest", "example", "GET /old\nGET /\nlog '.msg == \"request\" and .path == \"/\" and .status == 500 and .a == 1'",
			`a JSON log line with .msg == "request" and .path == "/" and .status == 500 and .a == 1`,
			"~in the line that comes nearest, .status is 200\nthe program printed 2 JSON lines:\n{"},
		{"want", "example", "GET /\nlog '.msg == \"request\" and .status == 500' -want 'the status 500'", "a JSON log line with the status 500",
			"~the program printed 1 JSON line:\n{"},
		{"too few", "example", "GET /\nlog '.msg == \"request\"' -n 2", `2 JSON log lines with .msg == "request"`, "~1 line is so\nthe program printed 1 JSON line:\n{"},
		{"too many", "example", "GET /\nGET /\nlog '.status == 200' -n 2\nlog '.status == 200' -n 1", "1 JSON log line with .status == 200", "~2 lines are so\nthe program printed 2 JSON lines:\n{"},
		{"count of none", "odd", "log '.a == 1' -n 2", "2 JSON log lines with .a == 1", quiet},
		{"not", "example", "GET /\nlog '.status == 200'\n! log '.path == \"/\"'", `no JSON log line with .path == "/"`, "~1 line is so:\n{"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			serve := "serve\n"
			if c.program == "odd" {
				serve = "serve -env MODE=ok\noutput 'line 40'\n"
			}
			f := fails(t, c.program, "# it logs\n"+serve+c.script+"\n")
			sameString(t, "Want", f.Want, c.want)
			sameOrHas(t, "Got", f.Got, c.got)
		})
	}
	passes(t, "example", "# the id is in the log\nserve\nGET /\nlog '.request_id == $HEADERS[\"x-request-id\"]' -n 1 -want 'the id of the answer'\n")
}
