package verify_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/verify"
)

// shows adds blocks to a lesson, whose fences are written ”' here.
func shows(text string) edit {
	return sub(lesson, "## Recap\n", strings.ReplaceAll(text, "'''", "```")+"\n\n## Recap\n")
}

// counter is a server on a fixed port, which counts, logs, and ends at Ctrl-C.
const counter = `'''go
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
)

const addr = "127.0.0.1:8090"

func main() {
	n := 0
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		n++
		log.New(os.Stdout, "", 0).Println("asked for", r.URL.Path)
		fmt.Fprintf(w, "%s %d of %s\n", os.Getenv("NAME"), n, r.Host)
	})
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	go func() {
		<-stop
		fmt.Println("bye")
		os.Exit(3)
	}()
	fmt.Println("on", addr)
	log.Fatal(http.ListenAndServe(addr, nil))
}
'''
`

// TestShown ensures that what a lesson shows can be shown in every way that the
// convention knows.
func TestShown(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"ServerKeepsItsState": counter + `
'''console
$ NAME='a b' go run ./books
on 127.0.0.1:8090
asked for /x
'''
'''console
$ curl http://127.0.0.1:8090/x
a b 1 of 127.0.0.1:8090
'''
'''console
$ curl http://localhost:8090/y
a b 2 of localhost:8090
'''
'''console log
asked for /y
'''`,
		"ServerStartedUnasked":  counter + "'''console\n$ curl 127.0.0.1:8090\n 1 of 127.0.0.1:8090\n'''",
		"CtrlC":                 counter + "'''console\n$ go run ./books\non 127.0.0.1:8090\n^Cbye\nexit status 3\n$ echo $?\n1\n'''",
		"CtrlCOfThePhase":       "'''console\n$ grader run 01\nlistening on 127.0.0.1:8080\n^C\ngrader: interrupted\n$ echo $?\n130\n'''",
		"PortMustBeConstant":    strings.Replace(counter, "8090\"\n", "8090\"\nconst url = \"http://\" + addr\n", 1) + "'''console\n$ curl localhost:8090\n … of localhost:…\n'''",
		"ErrorsOfItsOwnColumns": counter + "<!-- edit: ListenAndServe(addr, nil) => ListenAndServe(\"127.0.0.1:8090\", none) -->\n'''console\n$ go run ./books\n# echofromzero/books\nbooks/main.go:28:50: undefined: none\n'''",
		"EditHoldsForOneBlock": counter + `
'''console
$ NAME=a go run ./books
'''
<!-- another comment -->
<!-- edit: n++ =>
n += 5
n += 5 -->
<!-- edit: asked for => told -->

'''console
$ curl localhost:8090
a 10 of localhost:8090
'''
'''console log
told /
'''
'''console
$ curl localhost:8090
a 1 of localhost:8090
'''`,
		"ExitStatus": "<!-- edit: Println(greet) => Println(greet); panic(1) -->\n'''console\n$ go run ./books\nhi\npanic: 1\n\n…\nexit status 2\n$ echo $?\n1\n'''",
		"Arguments":  "'''go\npackage main\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n\nfunc main() { fmt.Println(os.Args[1:], os.Getenv(\"A\")) }\n'''\n'''console\n$ A=\"$HOME.\" B='x y' go run ./shop one 'two three'\n[one two three] …/home.\n'''",
		"Starter": "'''console starter\n$ curl http://localhost:8080/\nhallo\n'''\n'''console\n$ curl http://localhost:8080/\nhello\n'''\n'''console starter\n$ grader run 01\n'''\n" +
			"'''console\n$ curl localhost:8080/\nhallo\n'''\n'''console\n$ grader run 01\n'''\n'''console\n$ curl localhost:8080/\nhello\n'''",
		"OwnPort":   "'''console\n$ PORT=9000 grader run 01\nlistening on 127.0.0.1:9000\n'''\n'''console\n$ curl localhost:9000/\nhello\n'''",
		"WrongPort": "'''console\n$ PORT=99999 grader run 01\nlistening on 127.0.0.1:99999\nlisten tcp: address 99999: invalid port\ngrader: your program exited with status 1\n'''",
		"Shell": "'''console\n$ n=7 m='a  b'\n$ for i in 1 2; do curl \"localhost:8080/square?n=$((n + i))\"; echo; done\n64\n81\n$ cd phases/01-greet\n$ ls \\\n  *.go\n" +
			"handlers.go\nmain.go\n$ echo \"$m\"; false\na  b\n$ echo $?\n1\n$ nowhere\n…nowhere: …not found\n'''",
		"HaveAndWant": "<!-- edit: fmt.Println(greet) => f := func(string) {}; f(greet, 2) -->\n<!-- edit: import \"fmt\" => -->\n'''console\n$ go run ./books\n# echofromzero/books\nbooks/main.go:…: too many arguments in call to f\n\thave (string, number)\n\twant (string)\n'''",
		"Race": "'''go\npackage main\n\nimport \"fmt\"\n\nfunc main() {\n\tn, done := 0, make(chan bool)\n\tgo func() { n++; done <- true }()\n\tn++\n\t<-done\n\tfmt.Println(n)\n}\n'''\n" +
			"'''console\n$ go run -race ./counter\n==================\nWARNING: DATA RACE\n…\n  main.main.func1()\n      …/counter/main.go:7 +0x…\n…\n2\nFound 1 data race(s)\nexit status 66\n'''",
		"AnyLines": "'''console\n$ seq 9\n1\n...\n4\n…\n9\n'''",
		"InAList":  "1. So:\n\n   '''console\n   $ printf ' a\\nb  \\r\\n\\n'\n    a\n   b\n   '''\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := newBench(t, []edit{shows(text)}, nil).prove(t, "01", []int{7})
			_, problems := failed(shown)
			require.Empty(t, problems)
			require.Empty(t, shown[7].NotRun)
		})
	}
}

// TestShownCanceled ensures that a lesson's command ends with its context, and leaves
// neither a process nor a folder.
func TestShownCanceled(t *testing.T) {
	t.Parallel()
	var scratch string
	b := newBench(t, []edit{shows("'''console\n$ grader run 01\n$ touch ready; sleep 60; touch late\n'''")}, nil, func(o *verify.Options) { scratch = o.Scratch })
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		defer cancel()
		for range 6000 {
			if found, _ := filepath.Glob(filepath.Join(scratch, "lesson-*", "course", "ready")); found != nil {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	began := time.Now()
	_, err := b.Prove(ctx, b.course.Phase("01"), 7)
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, time.Since(began), 50*time.Second)
	found, err := os.ReadDir(scratch)
	require.NoError(t, err)
	require.Empty(t, found)
}
