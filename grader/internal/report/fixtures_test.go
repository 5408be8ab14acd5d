package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

var now = time.Date(2026, 11, 20, 14, 7, 0, 0, time.UTC)

// A screen is one golden file.
type screen struct {
	name string
	draw func(w io.Writer, s Style) error
	// foreign is set where the learner's own bytes are not ASCII.
	foreign bool
}

func check(name string, in CheckScreen) screen {
	in.Now = now
	return screen{name: "check-" + name, draw: func(w io.Writer, s Style) error { return Check(w, s, in) }}
}

func pass(id, title string) grade.Result {
	return grade.Result{ID: id, Title: title, Level: catalog.Core, Status: grade.Pass, Points: 10, Max: 10, Checks: 4, Took: 12 * time.Millisecond}
}

func miss(id, title string, f *grade.Failure) grade.Result {
	return grade.Result{ID: id, Title: title, Level: catalog.Core, Status: grade.Fail, Max: 10, Checks: 2, Failure: f, Took: 41 * time.Millisecond}
}

// hello is a verdict of phase 01 with the given exercises first; the rest fail.
func hello(first ...grade.Result) grade.Verdict {
	titles := []string{"Say hello", "Tell the version", "Say that you are well", "Find the bug", "Refuse a bad port", "Many at once"}
	v := grade.Verdict{
		Phase: "01-hello", Title: "Hello, Echo", Isolation: "namespaces", Seed: 17,
		Build: grade.Build{OK: true, Took: 331 * time.Millisecond}, Elapsed: 912 * time.Millisecond,
	}
	for i, title := range titles {
		r := miss(fmt.Sprintf("1.%d", i+1), title, &grade.Failure{Check: title, Got: "404"})
		if i < len(first) {
			r = first[i]
		}
		v.Exercises = append(v.Exercises, r)
	}
	return scored(v)
}

func scored(v grade.Verdict) grade.Verdict {
	v.Score, v.Max, v.Stretch, v.StretchOf = 0, 0, 0, 0
	for _, r := range v.Exercises {
		switch {
		case r.Status == grade.NotRun:
		case r.Level == catalog.Stretch:
			v.Stretch, v.StretchOf = v.Stretch+r.Points, v.StretchOf+r.Max
		default:
			v.Score, v.Max = v.Score+r.Points, v.Max+r.Max
		}
	}
	return v
}

var greeting = miss("1.1", "Say hello", &grade.Failure{
	Check:   "GET / answers 200 with the greeting",
	Request: "curl -i http://localhost:8080/",
	Want:    "Hello, Echo!", Got: "Hello, World!",
	Output: "listening on 127.0.0.1:8080\n",
	Hint:   "The greeting is the second argument of `c.String`.",
})

var health = miss("1.3", "Say that you are well", &grade.Failure{
	Check:   "GET /healthz answers 200 with a JSON object",
	Request: "curl -i http://localhost:8080/healthz",
	Want:    `{"status":"ok"}`, Got: `{"status":"okay"}`,
	Output: "listening on 127.0.0.1:8080\n{\"method\":\"GET\",\"uri\":\"/healthz\",\"status\":200}\n",
})

// routing is a verdict of phase 02 whose 2.1 fails with an environment and earlier
// requests.
func routing() grade.Verdict {
	v := grade.Verdict{Phase: "02-routing", Title: "Routing", Build: grade.Build{OK: true}, Seed: 99}
	v.Exercises = []grade.Result{
		miss("2.1", "List the articles, and show one", &grade.Failure{
			Check:   "an article is found by its id, also after another was asked for",
			Prepare: []string{"mkdir -p docs && echo hello > docs/a.md"},
			Env:     []string{`SEED=[{"id":4711,"title":"the miller's boat","body":"b","tags":[]},{"id":12,"title":"a slow green door","body":"b","tags":["x"]}]`},
			Setup:   []string{"curl -i http://localhost:8080/api/v1/articles", "curl -i http://localhost:8080/api/v1/articles/12"},
			Request: `curl -i -X GET -H 'Accept: application/json' -H 'X-Request-ID: k2j3h4k2j3h4' ` +
				`http://localhost:8080/api/v1/articles/4711`,
			Want: `{"id":4711,"title":"the miller's boat","body":"b","tags":[],"self":"/api/v1/articles/4711","again":"the miller's boat"}`,
			Got:  `{"id":4711,"title":"the miller's boat","body":"b","tags":[],"self":"/api/v1/articles/12","again":"the miller's boat"}`,
			Hint: "`:id` is read with `c.Param(\"id\")`, on each request anew. A variable of the package that keeps the last id " +
				"is shared by all requests.",
		}),
		miss("2.2", "One group owns the prefix", &grade.Failure{Check: "x"}),
		{ID: "2.6", Title: "Reverse a named route, so that no path is written twice", Level: catalog.Core, Status: grade.Waiting, Max: 10, Needs: []string{"2.1", "2.2"}},
		{ID: "2.5", Title: "Serve files", Level: catalog.Core, Status: grade.NotRun, Max: 10, Reason: "symbolic links cannot be made on this machine"},
		{ID: "2.7", Title: "Version by media type", Level: catalog.Stretch, Status: grade.Fail, Max: 10, Failure: &grade.Failure{Check: "x"}},
	}
	return scored(v)
}

func unbuilt() grade.Verdict {
	v := hello()
	v.Build = grade.Build{More: 2, Errors: []grade.BuildError{
		{File: "phases/01-hello/main.go", Line: 21, Col: 9, Msg: "undefined: ech", Source: "\te := ech.New()"},
		{File: "phases/01-hello/main.go", Line: 34, Col: 24, Msg: "cannot use 200 (untyped int constant) as string value in argument to c.Response().Header().Set", Source: "\t\tc.Response().Header().Set(\"X-Length-Of-The-Whole-Answer\", 200)"},
		{File: "phases/01-hello/slow.go", Line: 3, Msg: "\"sync\" imported and not used"},
		{File: "phases/01-hello/slow.go", Line: 40, Col: 1, Msg: "missing return", Source: "}"},
		{File: "phases/01-hello/slow.go", Line: 44, Col: 71, Msg: "syntax error: unexpected newline in argument list; possibly missing comma or )", Source: "	return c.JSON(http.StatusOK, map[string]any{\"served\": served.Load(), \"ok\": true}, extra(served"},
		{File: "phases/01-hello/slow.go", Line: 48, Col: 1, Msg: "too many errors"},
	}}
	return v
}

const longPanic = `listening on 127.0.0.1:8080
http: panic serving 127.0.0.1:40112: runtime error: invalid memory address or nil pointer dereference
goroutine 35 [running]:
net/http.(*conn).serve.func1()
	net/http/server.go:1947 +0xb0
panic({0x7c1f60?, 0xb2c3d0?})
	runtime/panic.go:783 +0x132
main.(*app).healthz(...)
	phases/01-hello/main.go:41
github.com/labstack/echo/v4.(*Echo).add.func1({0x8d6b68, 0xc0001a2000})
	github.com/labstack/echo/v4@v4.16.0/echo.go:603 +0x4b
github.com/labstack/echo/v4.(*Echo).ServeHTTP(0xc000174488, {0x8cd2c0, 0xc0001b4000}, 0xc0001ae000)
	github.com/labstack/echo/v4@v4.16.0/echo.go:683 +0x32d
`

const sinceGreen = `diff phases/01-hello/main.go phases/01-hello/main.go
--- phases/01-hello/main.go
+++ phases/01-hello/main.go
@@ -38,5 +38,5 @@
 func healthz(c echo.Context) error {
-	return c.JSON(http.StatusOK, map[string]string{"status": "ok"})
+	return c.JSON(http.StatusOK, map[string]string{"status": "okay"})
 }
`

const hostile = "\x1b[2J\x1b[31mPASS\x1b[0m\r\n::error::x\x00\x07 \u202egnp.exe \xff\xfe ]]>"

func after(id string) Passed {
	return Passed{ID: id, After: "Echo looks a route up by method and path and calls the one handler that belongs to both. " +
		"What if a second handler were added for the same route? The later one would win, without a word."}
}

func repeat(n int, line string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, line+"\n", i+1)
	}
	return b.String()
}
