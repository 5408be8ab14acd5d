package verify_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A slip is a block in which a lesson shows what is not so. Its fences are written ”'.
type slip struct {
	want string // a regular expression for each problem
	n    int    // how many there are; 0 for one
	text string
}

// slips stand where the reference and the first program of the lesson can be used.
var slips = map[string]slip{
	// output
	"OutputWrong":       {"^README\\.md:109: `go run \\./books`: it shows \"ho\", and \"hi\" is printed$", 0, "'''console\n$ go run ./books\nho\n'''"},
	"OutputTooShort":    {"^README\\.md:109: `seq 3`: it also prints \"3\"$", 0, "'''console\n$ seq 3\n1\n2\n'''"},
	"OutputTooLong":     {"`seq 2`: it shows \"3\", which is printed nowhere below what stands above it$", 0, "'''console\n$ seq 2\n1\n…\n3\n'''"},
	"OutputEnds":        {"`seq 1`: it shows \"2\", and nothing more is printed$", 0, "'''console\n$ seq 1\n1\n2\n'''"},
	"OutputBlank":       {"it shows \" a\", and \"a\" is printed$", 0, "'''console\n$ echo a\n a\n'''"},
	"OutputOfServer":    {"`NAME=a go run \\./books`: it shows \"asked for /y\", and \"asked for /x\" is printed$", 0, counter + "'''console\n$ NAME=a go run ./books\non 127.0.0.1:8090\nasked for /y\n$ curl localhost:8090/x\na 1 of localhost:8090\n'''"},
	"OutputInText":      {"^README\\.md:108: this is output, which only a block tagged `console` may show, below its command: HTTP/1\\.1 200 OK$", 0, "'''text\nHTTP/1.1 200 OK\n'''"},
	"CompilerInText":    {"this is output, .*: books/main\\.go:7:14: undefined: great$", 0, "'''\n# echofromzero/books\nbooks/main.go:7:14: undefined: great\n'''"},
	"DateWrong":         {"it shows \"Date: today\", and \"Date: ", 0, "'''console\n$ curl -si localhost:8080/ | grep Date\nDate: today\n'''"},
	"StatusWrong":       {"it shows \"exit status 1\", and \"exit status 2\" is printed$", 0, "<!-- edit: Println(greet) => Println(greet); os.Exit(2) -->\n<!-- edit: import \"fmt\" => import (\"fmt\"; \"os\") -->\n'''console\n$ go run ./books\nhi\nexit status 1\n'''"},
	"CompilerLineWrong": {"it shows \"books/main.go:8:21: undefined: great\", and \"books/main.go:7:21: undefined: great\" is printed$", 0, "<!-- edit: Println(greet) => Println(greet, great) -->\n'''console\n$ go run ./books\n# echofromzero/books\nbooks/main.go:8:21: undefined: great\n'''"},
	"LogWrong":          {"^README\\.md:112: the log: it shows \"listening to …\", and \"listening on 127\\.0\\.0\\.1:8080\" is printed$", 0, "'''console\n$ grader run 01\n'''\n\n'''console log\nlistening to …\n'''"},
	"StarterAsSolution": {"it shows \"hello\", and \"hallo\" is printed$", 0, "'''console starter\n$ curl localhost:8080/\nhello\n'''"},
	"CtrlCNotHeard":     {"`grader run 01`: it shows \"bye\", and \"grader: interrupted\" is printed$", 0, "'''console\n$ grader run 01\nlistening on 127.0.0.1:8080\n^Cbye\n'''"},
	// commands
	"CommandMissing":     {"^README\\.md:108: a console block begins with a command, `\\$ …`; this one with \"hi\"$", 0, "'''console\nhi\n'''"},
	"CommandBelowOutput": {"^README\\.md:108: a console block begins with a command", 0, "'''console\nhi\n$ go run ./books\nhi\n'''"},
	"LogWithCommand":     {"a console block that shows a log has no commands$", 0, "'''console log\n$ true\n'''"},
	"InfoUnknown":        {"a console block knows `starter` and `log`, and not \"solution\"$", 0, "'''console solution\n$ true\n'''"},
	"CommandHangs":       {"^README\\.md:109: `sleep 60` does not end within 3s$", 0, "'''console\n$ sleep 60\n'''"},
	"ProgramHangs":       {"`go run \\./books`: the program does not end within 3s$", 0, "<!-- edit: Println(greet) => Println(greet); time.Sleep(time.Hour) -->\n<!-- edit: import \"fmt\" => import (\"fmt\"; \"time\") -->\n'''console\n$ go run ./books\nhi\n'''"},
	"GraderCheck":        {"^README\\.md:109: of the grader a console block runs `grader run 01` alone, .*: grader check 1\\.1$", 0, "'''console\n$ grader check 1.1\n1 of 1\n'''"},
	"GraderOfAClone":     {"of the grader a console block runs `grader run 01` alone, .*: go run \\./grader check 1\\.1$", 0, "'''console\n$ go run ./grader check 1.1\n'''"},
	"GraderRunsAnother":  {"of the grader a console block runs `grader run 01` alone, .*: grader run 02$", 0, "'''console\n$ grader run 02\n'''"},
	"GoTest":             {"of go a console block runs `go run \\[-race\\] \\./books` alone: put other commands into a block tagged `sh`: go test", 0, "'''console\n$ go test ./books\nok\n'''"},
	"NobodyListens":      {"`curl localhost:8090`: nothing listens there, the program ends: hi$", 0, "'''console\n$ curl localhost:8090\nhi\n'''"},
	// edits
	"EditNowhere":        {"^README\\.md:108: the text to edit occurs 0 times in main\\.go: it must occur exactly once: greets$", 0, "<!-- edit: greets => x -->\n'''console\n$ go run ./books\nhi\n'''"},
	"EditTwice":          {"occurs 2 times in main\\.go", 0, "<!-- edit: greet => x -->\n'''console\n$ go run ./books\nhi\n'''"},
	"EditOfNoFile":       {"occurs 0 times in server\\.go", 0, "<!-- edit server.go: a => x -->\n'''console\n$ go run ./books\nhi\n'''"},
	"EditWithoutArrow":   {"^README\\.md:108: an edit is written `<!-- edit: OLD => NEW -->`$", 0, "<!-- edit: greet -> x -->\n'''console\n$ go run ./books\nhi\n'''"},
	"EditFarAway":        {"^README\\.md:108: an edit stands directly above a console block$", 0, "<!-- edit: \"hi\" => \"ho\" -->\nThen:\n\n'''console\n$ go run ./books\nhi\n'''"},
	"EditedDoesNotBuild": {"`curl localhost:8080/`: the program does not build: phases/01-greet/handlers\\.go:15:16: undefined: hullo$", 0, "<!-- edit handlers.go: \"hello\") => hullo) -->\n'''console\n$ curl localhost:8080/\nhello\n'''"},
	"EditForgotten":      {"it shows \"14\", and \"49\" is printed$", 0, "'''console\n$ curl localhost:8080/square?n=7\n14\n'''"},
}

// early are slips above all programs.
var early = map[string]slip{
	"LogOfNothing":   {"^README\\.md:9: no program runs here whose log could be shown$", 0, "'''console log\nx\n'''"},
	"NoProgramAbove": {"^README\\.md:1[01]: no whole program stands above: (go run \\./books|curl localhost:8090)$", 2, "'''console\n$ go run ./books\n$ curl localhost:8090\n'''"},
	"EditOfNothing":  {"^README\\.md:9: there is no program above to edit$", 0, "<!-- edit: a => b -->\n'''console\n$ true\n'''"},
}

// TestSlips ensures that proof 7 fails where a lesson shows what is not so.
func TestSlips(t *testing.T) {
	t.Parallel()
	look := func(name string, c slip, add edit) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t, []edit{add}, nil)
			b.Limit(3 * time.Second)
			found := b.prove(t, "01", []int{7})[7].Problems
			require.Len(t, found, max(1, c.n), strings.Join(found, "\n"))
			for _, p := range found {
				require.Regexp(t, c.want, p)
			}
		})
	}
	for name, c := range slips {
		look(name, c, shows(c.text))
	}
	for name, c := range early {
		look(name, c, sub(lesson, "## The mental model\n", "## The mental model\n\n"+strings.ReplaceAll(c.text, "'''", "```")+"\n"))
	}
}
