package grade_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
	"echofromzero/grader/internal/grade"
)

// greeter is a reference whose learner's tests are scripts, and what is pinned for them:
// the test binary is the program too.
func greeter() catalog.Files {
	return catalog.Files{
		"main.go": []byte(`package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello ", r.URL.Path) })
	http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), nil)
}
`),
		"run_test.go": []byte(`package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"serve": main, "get": get})
}

func runScripts(t *testing.T, dir string) {
	testscript.Run(t, testscript.Params{Dir: dir, Setup: func(env *testscript.Env) error {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		_, port, _ := net.SplitHostPort(l.Addr().String())
		env.Setenv("PORT", port)
		return nil
	}})
}

func get() {
	for range 500 {
		res, err := http.Get("http://127.0.0.1:" + os.Getenv("PORT") + os.Args[1])
		if err == nil {
			io.Copy(os.Stdout, res.Body)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	fmt.Println("nobody answers")
	os.Exit(1)
}
`)}
}

// TestGoTestScript: scripts of the learner's run against the program in their own box,
// by the test binary that starts itself again.
func TestGoTestScript(t *testing.T) {
	t.Parallel()
	const options = "-with run_test.go -data testdata/script script_test.go"
	p := phase(exercise(t, "1.1", "# your scripts pass\ngotest right "+options+"\n\n# your scripts catch\ngotest wrong "+options+"\n"))
	p.Solution = greeter()
	p.Pinned = []string{"run_test.go"}
	v, err := catalog.ParseVariant("rude.txtar", []byte("it says goodbye\nwrong: 1.1\n-- main.go/find --\nhello\n-- main.go/replace --\ngoodbye\n"), p.Solution)
	require.NoError(t, err)
	p.Variants = append(p.Variants, v)
	files := catalog.Files{
		"run_test.go":    []byte("package main\n\nbroken by the learner\n"),
		"script_test.go": []byte("package main\n\nimport \"testing\"\n\nfunc TestScript(t *testing.T) { runScripts(t, \"testdata/script\") }\n"),
	}
	l := newLab(t)
	for script, want := range map[string]string{
		"exec serve &\nexec get /you\nstdout '^hello /you$'\nkill\n": "1.1 pass",
		"exec serve &\nexec get /you\nstdout you\nkill\n":            "1.1 fail",
		"exec serve &\nexec get /you\nstdout me\nkill\n":             "1.1 fail",
	} {
		files["testdata/script/hello.txtar"] = []byte(script)
		verdict := l.grade(t, grade.Request{Phase: p, Files: files, NoRetry: true})
		require.Equal(t, []string{want}, statuses(verdict), "%s: %+v", script, verdict.Exercises[0].Failure)
	}
}
