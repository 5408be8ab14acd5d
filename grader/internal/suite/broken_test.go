package suite

import (
	"context"
	"net"
	"strings"
	"testing"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/sandbox"
)

// Ensure that a mistake of the suite's author is never the learner's: it breaks the
// suite, with the file, the check and what is wrong.
func TestBroken(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ script, want string }{
		// wrong arguments, each with the usage
		{"serve here", `serve: "here" is no option; usage: serve [`},
		{"serve -env SEED", `serve: -env "SEED" is not KEY=VALUE; usage: serve`},
		{"serve -within soon", "serve: -within takes a duration such as 500ms; usage: serve"},
		{"serve -within 0s", "serve: -within takes a duration"},
		{"serve -within", "serve: -within needs a value"},
		{"serve -name a -name b", "serve: -name is given twice"},
		{"quit", "no program is running: begin with `serve`"},
		{"serve\nquit now", "quit: the signal is TERM, INT or KILL"},
		{"serve\nquit -signal HUP", "quit: the signal is TERM, INT or KILL; usage: quit"},
		{"serve\nexits soon", "exits: the status is a number; usage: exits"},
		{"serve\nexits 1 2", "exits: the status is a number"},
		{"serve\noutput", "output: it takes one regular expression; usage: output"},
		{"serve\noutput a b", "output: it takes one regular expression"},
		{"serve\noutput -name x a", "no program is running"},
		{"listen", "listen: it takes one name; usage: listen NAME"},
		{"serve\nGET", "GET: it takes one path, which begins with /; usage: GET PATH ["},
		{"serve\nGET x", "GET: it takes one path"},
		{"serve\nPUT / /", "PUT: it takes one path"},
		{"serve\nGET / -H X", `GET: -H "X" is not 'K: V'; usage: GET`},
		{"serve\nGET / -H", "GET: -H needs a value"},
		{"serve\nPOST / -json", "POST: -json needs a value"},
		{"serve\nPOST / -json 1 -raw x", "POST: -json, -raw and -file exclude each other"},
		{"serve\nPOST / -raw x -H 'Content-Length: 9'", "POST: Content-Length is not a header that -H can set"},
		{"serve\nPOST / -raw x -H 'transfer-encoding: chunked'", "POST: transfer-encoding is not a header that -H can set"},
		{"serve\nPOST / -file absent.txt", "absent.txt"},
		{"serve\nGET / -within x", "GET: -within takes a duration"},
		{"GET /", "no program is running: begin with `serve`"},
		{"status 200", "no request was made yet"},
		{"serve\nGET /\nstatus", "status: it takes one status"},
		{"serve\nGET /\nstatus ok", `status: "ok" is no number; usage: status CODE`},
		{"serve\nGET /\nheader", "header: it takes a name"},
		{"serve\nGET /\nheader A b c", "header: it takes a name"},
		{"serve\nGET /\nbody", "body: it takes one regular expression; usage: body REGEXP"},
		{"serve\nGET /\nbody -is a b", "body: -is takes one text and no `!`"},
		{"serve\nGET /\n! body -is a", "body: -is takes one text and no `!`"},
		{"serve\nGET /slow\njson", "json: it takes one jq program; usage: json JQ"},
		{"serve\nGET /slow\njson .a .b", "json: it takes one jq program"},
		{"set A", "set: it takes a name and a jq program; usage: set NAME JQ"},
		{"set A error", "no request was made yet"},
		{"serve\nparallel 5 GET /", "parallel: it takes a number, --, and a request; usage: parallel N"},
		{"serve\nparallel 5 -- GET", "parallel: behind -- stands a request"},
		{"serve\nparallel 1 -- GET /", "parallel: the number is from 2 to 2000"},
		{"serve\nparallel many -- GET /", "parallel: the number is from 2 to 2000"},
		{"serve\nparallel 5 -- get /", `parallel: "get" is no method`},
		{"serve\nparallel 5 -- status /", `parallel: "status" is no method`},
		{"serve\nparallel 5 -- GET x", "GET: it takes one path"},
		{"codes 200=1", "no `parallel` came before"},
		{"serve\nparallel 2 -- GET /\nGET /\ncodes 200=2", "no `parallel` came before"},
		{"serve\nparallel 2 -- GET /\ncodes", "codes: it takes one list"},
		{"serve\nparallel 2 -- GET /\ncodes 200", `codes: "200" is not CODE=COUNT`},
		{"serve\nparallel 2 -- GET /\nstatus 200", "no request was made yet"},
		{"serve\nparallel 2 -- GET /\ntally", "tally: it takes one jq program"},
		{"write a", "write: it takes a file and a text; usage: write FILE TEXT"},
		{"write a x\nwrite a/b x", "write: "},
		{"write dir/a x\nwrite dir x", "write: "},
		{"serve\ntcp", "tcp: it takes a verb; usage: tcp send TEXT"},
		{"serve\ntcp push x", "tcp: the verb is send, recv, closed or close"},
		{"serve\ntcp send '\\q'", "tcp: "},
		{"serve\ntcp recv x", "`tcp send` comes first"},
		{"serve\ntcp closed", "`tcp send` comes first"},
		{"serve\nlog", "log: it takes one jq program; usage: log JQ"},
		{"serve\nparallel 5 -- GET / --", "parallel: behind -- stands a request"},
		{"serve\nparallel 5 -- GET / -- get /", `parallel: "get" is no method`},
		{"serve\nparallel 5 -limit 1s -hangup 1s -- GET /", "parallel: -limit and -hangup exclude each other, and -kill goes alone"},
		{"serve\nparallel 5 -kill 5 -- GET /", "parallel: -kill takes a number of answers, fewer than there are requests"},
		{"serve\nparallel 5 -kill soon -- GET /", "parallel: -kill takes a number of answers"},
		{"serve\nserve -name a\nparallel 5 -- GET / -- GET / -name a", "parallel: all requests go to one program"},
		{"serve\nGET / -json '$N'", "variable not defined: $N"},
		{"serve\nGET / -chunked", "GET: -chunked needs a body"},
		{"serve\nuntil .a", "until: it takes one jq program, --, and one request; usage: until JQ"},
		{"serve\nuntil -- GET /", "until: it takes one jq program"},
		{"serve\nuntil .a -- GET / -- GET /", "until: it takes one jq program"},
		{"serve\nuntil '(' -- GET /", `jq "(": `},
		{"serve\nnorace", "norace: the program was started without `serve -race`"},
		{"serve -race\nnorace -x", `norace: "-x" is no option`},
		{"upstream", "upstream: it takes one name; usage: upstream NAME"},
		{"upstream A -status 99", "upstream: -status takes a number from 200 to 599"},
		{"upstream A -hang -refuse", "upstream: -hang and -refuse stand alone"},
		{"upstream A -hang -status 500", "upstream: -hang and -refuse stand alone"},
		{"upstream A -json 1 -raw 1", "upstream: -json and -raw exclude each other"},
		{"upstream A -lazy", "upstream: it takes one name"},
		{"reached A 1", "reached: no `upstream A` came before"},
		{"upstream A\nreached A", "reached: it takes the name of an upstream and a count; usage: reached NAME N"},
		{"upstream A\nreached A many", `reached: "many" is no count`},
		{"upstream A\nreached A 1 -path '('", "reached: error parsing regexp"},
		{"serve\ntcp close", "`tcp send` comes first"},
		{"db", "db: it takes the kind of the database; usage: db sqlite|postgres [-name NAME]"},
		{"hashed x", "hashed: it takes a password and parameters; usage: hashed PASSWORD m=KIB,t=ROUNDS,p=THREADS [-n N]"},
		{"hashed x 19MiB", `hashed: "19MiB" is not of the form m=19456,t=2,p=1`},
		{"hashed x m=64,t=0,p=1", `hashed: "m=64,t=0,p=1" is not of the form m=19456,t=2,p=1`},
		{"hashed x m=64,t=1,p=1 -n none", "hashed: -n takes a number from 1 to 64"},
		{"hashed x m=64,t=1,p=1", "hashed: `db sqlite` comes first"},
		{"db mysql", `db: "mysql" is no kind of database`},
		{"serve\nready now", `ready: "now" is no option; usage: ready [`},
		{"ready", "no program is running"},
		{"serve\nws", "ws: it takes a verb; usage: ws dial PATH ["},
		{"serve\nws shout x", "ws: the verb is dial PATH, send, recv, closed or close"},
		{"serve\nws dial feed", "ws: the verb is dial PATH"},
		{"ws dial /", "no program is running"},
		{"serve\nws dial / -n many", "ws: -n takes a number from 1 to 500"},
		{"serve\nws dial / -n 501", "ws: -n takes a number from 1 to 500"},
		{"serve\nws dial / -status no", "ws: -status takes a number"},
		{"serve\nws dial / -status 403 -n 2", "ws: -status takes a number, and neither -n nor -deaf beside it"},
		{"serve\nws dial / -H X", `ws: -H "X" is not 'K: V'`},
		{"serve\nws recv .", "`ws dial` comes first"},
		{"serve\nws recv . -n 10001", "ws: -n takes a number from 1 to 10000"},
		{"serve\nws send x -as a", "`ws dial` comes first"},
		{"serve\nws send x -json 1", "ws: the verb is"},
		{"serve\nws closed", "`ws dial` comes first"},
		{"serve\nws close", "`ws dial` comes first"},
		{"otlp", "otlp: it takes one name; usage: otlp NAME"},
		{"otlp -x", "otlp: it takes one name"},
		{"otlp A\notlp A", "otlp: there is an `otlp A` already"},
		{"spans .", "`otlp` comes first"},
		{"otlp A\nspans", "spans: it takes one jq program; usage: spans JQ"},
		{"otlp A\nspans '('", `jq "(": `},
		{"serve\nmetrics", "metrics: it takes a series, an operator and a number; usage: metrics NAME{"},
		{"serve\nmetrics count a 1", "metrics: it takes a series, an operator and a number"},
		{"serve\nmetrics a = 1", "metrics: = 1 is no comparison with a number"},
		{"serve\nmetrics a == one", "metrics: == one is no comparison with a number"},
		{"serve\nmetrics a{b=c} == 1", `metrics: "a{b=c}" is not NAME or NAME{label="value",…}`},
		{"metrics a == 1", "no program is running"},
		{"serve\ntcp send x\n! tcp closed", "tcp: `!` stands only before recv; usage: tcp send"},
		{"serve\nGET / -h2c -gzip", "GET: -h2c goes without -gzip and -chunked; usage: GET"},
		{"serve\nparallel 2 -later -- GET /\nparallel 2 -- GET /", "the answers of the `parallel -later` before were not looked at"},
		{"serve\nlog . -n x", "log: -n takes a count"},
		{"serve\n! log . -n 2", "log: -n takes a count, without `!`"},
		// bad jq, bad regular expressions
		{"serve\nGET /slow\njson '.a =='", `jq ".a ==": `},
		{"serve\nGET /slow\njson '$NOBODY == 1'", "variable not defined: $NOBODY"},
		{"serve\nGET /slow\njson 'nofunction'", "function not defined: nofunction/0"},
		{"set A '{'", `jq "{": `},
		{"serve\nPOST / -json '{a: }'", `jq "{a: }": `},
		{"serve\nPOST / -json '$NOBODY'", "variable not defined"},
		{"serve\nPOST / -json 'error(\"x\")'", "error: x"},
		{"serve\nlog '('", `jq "(": `},
		{"serve\nGET /\nbody '('", "body: error parsing regexp"},
		{"serve\nGET /\nheader Date '('", "header: error parsing regexp"},
		{"serve\noutput '('", "output: error parsing regexp"},
		{"serve\ntcp send x\ntcp recv '('", "tcp: error parsing regexp"},
		// `!` where it has no meaning
		{"serve\nGET /\n! status 200", "`! status` has no meaning"},
		{"! serve", "`! serve` has no meaning"},
		{"serve\n! exits", "`! exits` has no meaning"},
		{"serve\n! GET /", "`! GET` has no meaning"},
	} {
		t.Run(strings.ReplaceAll(c.script, "/", "|"), func(t *testing.T) {
			t.Parallel()
			why := breaks(t, "example", "# it is right\n"+c.script+"\nstatus 200\n")
			hasText(t, "Broken", why, `check "it is right": `)
			hasText(t, "Broken", why, c.want)
		})
	}
}

// Ensure that what testscript itself rejects breaks the suite, with the line.
func TestBrokenScript(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ script, want string }{
		{"# one\nfrobnicate\nstatus 200\n", `line 4: unknown command "frobnicate"`},
		{"# one\nServe\nstatus 200\n", `line 4: unknown command "Serve"`},
		{"# one\n[frobnicated] serve\nstatus 200\n", `line 4: bad condition "frobnicated": unknown condition "frobnicated"`},
		{"# one\nserve\nGET /\nstatus 200\nexists no-such-file\n", "line 7: "},
		{"# one\nserve\nGET /\nstatus 200\ncp no-such-file x\n", "line 7: "},
	} {
		hasText(t, "Broken", breaks(t, "example", c.script), c.want)
	}
}

// Ensure that a script which asserts nothing while it runs is never a pass.
func TestNoAssertion(t *testing.T) {
	t.Parallel()
	for _, script := range []string{
		"# one\nserve\nexists a.txt\n-- a.txt --\n",
		"# one\ngrep text a.txt\n-- a.txt --\ntext\n",
	} {
		hasText(t, "Broken", breaks(t, "example", script), "the script ended without a single assertion")
	}
}

// Ensure that a suite the catalog would not let through is no pass either.
func TestUnparsed(t *testing.T) {
	t.Parallel()
	for script, want := range map[string]string{
		"":                       "without a single assertion",
		"# only a comment\n":     "without a single assertion",
		"skip 'no time today'":   "skip",
		"check 'a'\nstop done":   "without a single assertion",
		"serve\nGET /\nnonsense": "line 3: ",
	} {
		s := &catalog.Suite{File: "suite/1.1-test.txtar", Script: []byte(script)}
		out, err := Run(t.Context(), "1.1", s, Options{Program: programs["example"], Scratch: t.TempDir()})
		if err != nil || out.Passed() || out.Broken == "" {
			t.Errorf("%q gives %+v, %v", script, out, err)
		}
		hasText(t, "Broken", out.Broken, want)
	}
}

// Ensure that a program which is not there, and a folder that cannot be written,
// are the machine's fault.
func TestBrokenMachine(t *testing.T) {
	t.Parallel()
	why := breaksWith(t, Options{Program: "/no/such/program", Scratch: t.TempDir()})
	hasText(t, "Broken", why, "/no/such/program")
	hasText(t, "Broken", breaksWith(t, Options{Program: programs["example"], Scratch: t.TempDir() + "/no"}), "make a folder for the suite")
}

func breaksWith(t *testing.T, o Options) string {
	t.Helper()
	out, err := Run(t.Context(), "1.1", parse(t, "# one\nserve\nGET /\nstatus 200\n"), o)
	if err != nil || out.Broken == "" || out.Passed() {
		t.Fatalf("%+v, %v", out, err)
	}
	return out.Broken
}

type panickingBox struct{ sandbox.Box }

func (panickingBox) Listen() (int, error) { panic("a planted panic") }

func (panickingBox) Dial(context.Context, int) (net.Conn, error) { panic("a planted panic") }

// Ensure that a panic in a command breaks its suite, and nothing else.
func TestPanicInCommand(t *testing.T) {
	t.Parallel()
	for _, script := range []string{"listen A\nserve", "serve -no-wait\nGET /", "serve -no-wait\ntcp send x", "serve"} {
		out := tryIn(t, "example", "# one\n"+script+"\nstatus 200\n", func(b sandbox.Box) sandbox.Box { return panickingBox{b} })
		hasText(t, "Broken", out.Broken, `suite/1.1-test.txtar: check "one": `)
		hasText(t, "Broken", out.Broken, "the command failed: a planted panic")
		if out.Passed() || out.Failure != nil {
			t.Errorf("%q gives %+v", script, out)
		}
	}
}
