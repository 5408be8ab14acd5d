package verify_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/sandbox"
)

// Folders of the two phases: the phase, its hidden files, its reference.
const (
	p1 = "phases/01-greet/"
	h1 = p1 + ".hidden/"
	s1 = h1 + "solution/"
	p2 = "phases/02-double/"
	h2 = p2 + ".hidden/"
	s2 = h2 + "solution/"

	lesson = p1 + "README.md"
	quiz1  = "quiz/01-greet.json"
)

// flaky makes the second solution answer wrongly at every other start. Each start
// has an empty folder of its own, so it counts them in a file elsewhere.
func flaky(t *testing.T, fsys fstest.MapFS) {
	put(h1+"second/odd.go", `package main

import "os"

const starts = `+strconv.Quote(t.TempDir()+"/starts")+`

func odd() bool {
	before, _ := os.ReadFile(starts)
	os.WriteFile(starts, append(before, 'x'), 0o644)
	return len(before)%2 == 0
}
`)(t, fsys)
	sub(h1+"second/main.go", `io.WriteString(w, "hello\n")`, `if odd() { w.WriteHeader(503) }; io.WriteString(w, "hello\n")`)(t, fsys)
}

// words is a file that all programs of the second phase have in tested.
const words = `package main

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
`

const wordsTest = `package main

import "testing"

func TestPlural(t *testing.T) {
	for n, want := range map[int]string{
		0: "cups",
		1: "cup",
		2: "cups",
	} {
		if got := plural(n, "cup"); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
`

const wordsOtherTest = `package main

import "testing"

func TestPlural(t *testing.T) {
	if plural(1, "egg") != "egg" {
		t.Error("one")
	}
	if plural(0, "egg") != "eggs" || plural(12, "egg") != "eggs" {
		t.Error("many")
	}
}
`

// tested gives the second phase an exercise that grades a learner's own tests, and
// makes more edits.
func tested(more ...edit) []edit {
	file := func(title, key, name, find, replace string) string {
		return title + "\n" + key + ": 2.2\n-- " + name + "/find --\n" + find + "\n-- " + name + "/replace --\n" + replace + "\n"
	}
	return append([]edit{
		sub(p2+"phase.toml", "minutes = 5\n", "minutes = 5\npinned = [\"words.go\"]\n"),
		func(t *testing.T, fsys fstest.MapFS) {
			put(p2+"phase.toml", string(fsys[p2+"phase.toml"].Data)+`
[[exercise]]
id = "2.2"
title = "Test the plural"
hints = ["words_test.go", "the idea", "the signature", "nearly the line"]
after = "Tests catch mistakes. What if they did not?"
`)(t, fsys)
		},
		sub(p2+"README.md", "`grader check 2.1`", "`grader check 2.1` and `grader check 2.2`"),
		put(p2+"words.go", words), put(s2+"words.go", words), put(h2+"second/words.go", words),
		put(p2+"words_test.go", "package main\n\n// TODO 2.2: test plural\n"),
		put(s2+"words_test.go", wordsTest), put(h2+"second/words_test.go", wordsOtherTest),
		put(h2+"suite/2.2-plural.txtar", "# 2.2 Test the plural\n\n# your tests pass\ngotest right words_test.go\n\n# your tests catch\nhint 'Try more numbers.'\ngotest wrong words_test.go\n"),
		put(h2+"variants/zero.txtar", file("nothing is one thing", "wrong", "words.go", "n == 1", "n < 2")),
		put(h2+"variants/never.txtar", file("many are one thing", "wrong", "words.go", "n == 1", "n > 0")),
		put(h2+"variants/later.txtar", file("the s is put there otherwise", "right", "words.go", "return word + \"s\"", "word += \"s\"\n\treturn word")),
		put(h2+"mutants/plural-no-zero.txtar", file("Zero is not tried.", "kills", "words_test.go", "\t\t0: \"cups\",", "")),
		put(h2+"mutants/plural-of-one.txtar", file("One is taken for many.", "kills", "words_test.go", "1: \"cup\"", "1: \"cups\"")),
	}, more...)
}

// A breach is a way to break the course, and the proof that must notice it.
type breach struct {
	phase  string // "01" if empty
	proof  int
	level  string // isolation; "" is the best there is
	want   string // a regular expression for each line of that proof's problems
	n      int    // how many problems it has; 0 for one
	also   []int  // other proofs that cannot hold then
	before []edit // before the starters are packed
	after  []edit
	repeat int
}

var breaches = map[string]breach{
	// 1: the starter
	"StarterDoesNotBuild": {proof: 1, n: 2, want: `^starter: phases/01-greet/handlers\.go:14:16: undefined: greeting$|^the starter does not build: phases/01-greet/handlers\.go:14:16: undefined: greeting$`, also: []int{7},
		before: []edit{sub(p1+"handlers.go", `"hallo"`, "greeting")}},
	"StarterPasses": {proof: 1, want: `^the starter passes 1\.1 already: a learner would have nothing to do$`, also: []int{7},
		before: []edit{sub(p1+"handlers.go", `"hallo"`, `"hello"`)}},
	"StarterIsTheSolution": {proof: 1, n: 2, want: `^the starter passes 1\.[12] already`, also: []int{4, 7},
		before: []edit{copied(s1+"handlers.go", p1+"handlers.go")}},
	"StarterPanics": {proof: 1, n: 2, want: `^the starter does not fail a check of 1\.[12], it ends before one: 1\.[12] is fail at .* got it exited with status 2 before it listened; it printed panic: too early`,
		before: []edit{sub(p1+"main.go", "	mux := ", "	if len(os.Args) > 0 {\n		panic(\"too early\")\n	}\n	mux := ")}},
	"StarterEnds": {proof: 1, n: 2, want: `^the starter does not fail a check of 1\.[12], it ends before one: .* got it exited with status 0 before it listened$`,
		before: []edit{sub(p1+"main.go", "	mux := ", "	if len(os.Args) > 0 {\n		os.Exit(0)\n	}\n	mux := ")}},
	"StarterCrashesInHandler": {proof: 1, want: `^the starter does not fail a check of 1\.2, it ends before one: .* got the connection was closed before the answer was complete`,
		before: []edit{sub(p1+"handlers.go", "w.WriteHeader(http.StatusNotImplemented)", "panic(http.ErrAbortHandler)")}},
	"SameReason": {proof: 1, want: `^1\.1 and 1\.2 fail for the same reason, "GET / says hello"$`,
		before: []edit{sub(h1+"suite/1.2-square.txtar", "# the square of a number is answered", "# GET / says hello")}},
	"StarterVet": {proof: 1, want: `^starter: phases/01-greet/main\.go:\d+:\d+: fmt\.Printf format %d has arg addr of wrong type string$`,
		before: []edit{sub(p1+"main.go", `fmt.Println("listening on", addr)`, `fmt.Printf("listening on %d\n", addr)`)}},
	"StarterSuiteBroken": {proof: 1, want: `^the starter: 1\.1 is broken: .*line 6: unknown command "frobnicate"`, also: []int{2, 3},
		before: []edit{sub(h1+"suite/1.1-hello.txtar", "GET /\n", "frobnicate\nGET /\n")}},

	// 2: the right programs
	"ReferenceWrong": {proof: 2, want: `^the reference, round 1, seed \d+: 1\.2 is fail at "the square of a number is answered": want 49, got 14; it printed listening on`, also: []int{3, 7},
		before: []edit{sub(s1+"handlers.go", "n*n", "n+n")}},
	"SecondWrong": {proof: 2, want: `^the second solution, round 1, seed \d+: 1\.1 is fail at "GET / says hello": want hello, got hallo\n$`,
		before: []edit{sub(h1+"second/main.go", "hello", "hallo")}},
	"SecondFlaky": {proof: 2, repeat: 4, want: `^the second solution, round \d, seed \d+: 1\.1 is unstable at "GET / says hello": want 200 OK, got 503 Service Unavailable`,
		before: []edit{flaky}, level: sandbox.LevelNone}, // it remembers its starts outside
	"SecondDoesNotBuild": {proof: 2, want: `^the second solution does not build: phases/01-greet/main\.go:22:\d+: undefined: nothing$`, also: []int{8},
		before: []edit{sub(h1+"second/main.go", "log.Fatal(", "nothing(log.Fatal, ")}},
	"SecondEnds": {proof: 2, n: 2, want: `^the second solution, round 1, seed \d+: 1\.[12] is fail .* got it exited with status 1 before it listened; it printed no$`,
		before: []edit{sub(h1+"second/main.go", "func main() {\n", "func init() { println(\"no\"); os.Exit(1) }\n\nfunc main() {\n")}},
	"ReferenceDoesNotBuild": {proof: 2, want: `^the reference does not build: phases/01-greet/handlers\.go:24:\d+: undefined: m$`, n: 1, also: []int{3, 7, 8},
		before: []edit{sub(s1+"handlers.go", "fmt.Fprint(w, n*n)", "fmt.Fprint(w, m*n)")}},

	// 3: the mutants
	"MutantDoesNotBuild": {proof: 3, want: `^hello-loud: does not build: phases/01-greet/handlers\.go:15:16: undefined: loud$`,
		before: []edit{sub(h1+"mutants/hello-loud.txtar", `"HELLO"`, "loud")}},
	"MutantSurvives": {proof: 3, want: `^hello-loud: passes 1\.1, which it should fail: the suite does not catch "The greeting is shouted\."$`,
		before: []edit{sub(h1+"mutants/hello-loud.txtar", `"HELLO"`, `"hel"+"lo"`)}},
	"MutantKillsAnother": {proof: 3, n: 3, want: `^hello-loud: names 1\.2, but 1\.1 is fail at "GET / says hello": want hello, got HELLO|^hello-loud: passes 1\.2, which it should fail|^exercise 1\.1 is killed by 1 mutants`,
		before: []edit{sub(h1+"mutants/hello-loud.txtar", "kills: 1.1", "kills: 1.2")}},
	"MutantKillsMore": {proof: 3, want: `^hello-loud: names 1\.1, but 1\.2 is fail at "the square of a number is answered"`,
		before: []edit{sub(h1+"mutants/hello-loud.txtar", `	fmt.Fprint(w, "HELLO")`+"\n", `	fmt.Fprint(w, "HELLO")`+"\n-- handlers.go/find2 --\nn*n\n-- handlers.go/replace2 --\nn\n")}},
	"MutantKillsLess": {proof: 3, want: `^square-cubed: passes 1\.1, which it should fail`,
		before: []edit{sub(h1+"mutants/square-cubed.txtar", "kills: 1.2", "kills: 1.1, 1.2")}},
	"MutantCrashes": {proof: 3, n: 1, want: `^hello-loud: names 1\.1, but 1\.2 is fail .* got it exited with status 2 before it listened`,
		before: []edit{sub(h1+"mutants/hello-loud.txtar", `"HELLO"`+")", `"hello"`+")\n}\n\nfunc init() {\n\tpanic(1)")}},
	"FindTwice": {proof: 3, want: `hello-loud\.txtar: the text to find occurs 2 times in handlers\.go: it must occur exactly once$`,
		before: []edit{sub(h1+"mutants/hello-loud.txtar", `	fmt.Fprint(w, "hello")`, "	fmt.Fprint(w, ")}},
	"FindNowhere": {proof: 3, want: `hello-loud\.txtar: the text to find occurs 0 times in handlers\.go`,
		before: []edit{sub(h1+"mutants/hello-loud.txtar", `	fmt.Fprint(w, "hello")`, "	fmt.Fprint(w,  ")}},
	"FindOtherFile": {proof: 3, want: `hello-loud\.txtar: edits server\.go, which the reference does not have$`,
		before: []edit{sub(h1+"mutants/hello-loud.txtar", "handlers.go/find", "server.go/find"), sub(h1+"mutants/hello-loud.txtar", "handlers.go/replace", "server.go/replace")}},
	"OneMutant": {proof: 3, want: `^exercise 1\.2 is killed by 1 mutants: at least 2 must show that its suite catches mistakes$`,
		before: []edit{del(h1 + "mutants/square-cubed.txtar")}},
	"NoMutant": {phase: "02", proof: 3, want: `^exercise 2\.1 is killed by 0 mutants`,
		before: []edit{del(h2 + "mutants/double-squared.txtar"), del(h2 + "mutants/double-unrouted.txtar")}},
	"WeakSuite": {proof: 3, want: `^square-lenient: passes 1\.2, which it should fail: the suite does not catch "What is no number counts as 0\."$`,
		before: []edit{sub(h1+"suite/1.2-square.txtar", "status 400\n", "status 400|200\n")}},

	// the learner's own tests
	"StarterTests": {phase: "02", proof: 1, want: "^the starter passes 2\\.2 already", also: []int{4}, before: tested(put(p2+"words_test.go", wordsTest))},
	"VariantSurvives": {phase: "02", proof: 2, n: 2, also: []int{3}, want: `^the (reference|second solution), round 1, seed \d+: 2\.2 is fail at "your tests catch": want a test fails with each of the 2 wrong programs, got caught 1 of 2; every test passes though:\n- nothing is one thing$`,
		before: tested(sub(h2+"variants/zero.txtar", "n < 2", "n == 1 || n == 77"))},
	"VariantNotRight": {phase: "02", proof: 2, n: 2, also: []int{3}, want: `2\.2 is fail at "your tests pass": want every test of words_test\.go passes with each right program, got not with this one: the s is put there otherwise`,
		before: tested(sub(h2+"variants/later.txtar", `word += "s"`, `word += "z"`))},
	"VariantCrashes": {phase: "02", proof: 3, n: 2, want: `^plural-no-zero: passes 2\.2|variants/zero\.txtar is caught by a test of 2\.2 that looks at nothing: caught 1 of 2; every test passes though:\n- many are one thing$`,
		before: tested(sub(h2+"variants/zero.txtar", "words.go/replace --\nn < 2", "words.go/replace --\nn < 2\n-- words.go/find2 --\nfunc plural\n-- words.go/replace2 --\nfunc init() { panic(1) }\n\nfunc plural"))},
	"TestMutantSurvives": {phase: "02", proof: 3, want: `^plural-no-zero: passes 2\.2, which it should fail: the suite does not catch "Zero is not tried\."$`,
		before: tested(put(h2+"mutants/plural-no-zero.txtar", "Zero is not tried.\nkills: 2.2\n-- words_test.go/find --\n\"%d: %s\"\n-- words_test.go/replace --\n\"of %d: %s\"\n"))},
	"UnfilledVariant": {phase: "02", proof: 4, want: `variants/zero\.txtar:1: still to be written: TODO: what it does wrong$`,
		before: tested(sub(h2+"variants/zero.txtar", "nothing is one thing", "TODO: what it does wrong"))},

	// 4: the texts
	"TODOMissing": {proof: 4, want: "^no file of the starter has a comment `// TODO 1\\.2: …`$",
		before: []edit{sub(p1+"handlers.go", "// TODO 1.2: answer", "// Answer")}},
	"TODOUnknown": {proof: 4, want: `^starter: main\.go owes TODO 1\.3, which is no exercise$`,
		before: []edit{sub(p1+"main.go", "	mux := ", "	// TODO 1.3: nothing\n	mux := ")}},
	"TODOOfAnotherPhase": {proof: 4, want: `^starter: main\.go owes TODO 2\.1, which is no exercise$`,
		before: []edit{sub(p1+"main.go", "	mux := ", "	// TODO 2.1: nothing\n	mux := ")}},
	"TODOInSolution": {proof: 4, want: `^solution/handlers\.go still owes TODO 1\.2$`,
		before: []edit{sub(s1+"handlers.go", "	fmt.Fprint(w, n*n)", "	fmt.Fprint(w, n*n) // TODO 1.2: square")}, also: []int{7}},
	"TODOInSecond": {proof: 4, want: `^second/main\.go still owes TODO 1\.1$`,
		before: []edit{sub(h1+"second/main.go", "func main() {", "// TODO 1.1: hello\nfunc main() {")}},
	"LessonNamesLess": {proof: 4, want: "^the lesson never says `grader check 1\\.2`$",
		before: []edit{sub(lesson, "grader check 1.2", "grader check 01")}},
	"LessonNamesMore": {proof: 4, want: "^the lesson says `grader check 1\\.9`, which is no exercise$",
		before: []edit{sub(lesson, "grader check 1.2", "grader check 1.2\ngrader check 1.9")}},
	"LessonNamesAnother": {proof: 4, want: "^the lesson says `grader check 2\\.2`, which is no exercise$",
		before: []edit{sub(lesson, "grader check 1.2", "grader check 1.2\ngrader check 2.2")}},
	"HeadingsOutOfOrder": {proof: 4, want: `^the lesson's headings are Goal · The mental model · .* · Quick check · Recap · .*; they must be Goal · .* · Recap · Quick check ·`,
		before: []edit{sub(lesson, "## Recap", "## x"), sub(lesson, "## Quick check", "## Recap"), sub(lesson, "## x", "## Quick check")}},
	"HeadingMissing": {proof: 4, want: `^the lesson's headings are Goal · Build it · .*; they must be`,
		before: []edit{sub(lesson, "## The mental model", "### The mental model")}},
	"HeadingInFence": {proof: 4, want: `^the lesson's headings are .* · Quick check · Coming from actix-web; they must be`,
		before: []edit{sub(lesson, "## Next\n", "```text\n## Next\n```\n")}},
	"StrayFile": {proof: 4, want: `^phases/01-greet/\.hidden/notes\.md: nothing reads it$`,
		before: []edit{put(h1+"notes.md", "remember\n")}},
	"StrayFolder": {proof: 4, want: `^phases/01-greet/\.hidden/tests: nothing reads it$`,
		before: []edit{put(h1+"tests/a.txtar", "")}},
	"PackedDiffers": {proof: 4, want: "^phases/01-greet/handlers\\.go differs from the packed starter: run `grader pack 01`$",
		after: []edit{sub(p1+"handlers.go", "// TODO 1.2: answer", "// TODO 1.2: Answer")}},
	"PackedLess": {proof: 4, want: "^phases/01-greet/more\\.go is not in the packed starter: remove it, or run `grader pack 01`$",
		after: []edit{put(p1+"more.go", "package main\n")}},
	"PackedMore": {proof: 4, want: "^phases/01-greet/handlers\\.go is in the packed starter only: run `grader pack 01`$",
		after: []edit{del(p1 + "handlers.go")}},
	"UnfilledLesson":   {proof: 4, want: `^phases/01-greet/README\.md:5: still to be written: TODO: say what it is for$`, before: []edit{sub(lesson, "A server that says hello.", "TODO: say what it is for")}},
	"UnfilledManifest": {proof: 4, want: `^phases/01-greet/phase\.toml:2: still to be written: summary = "TODO: one sentence"$`, before: []edit{sub(p1+"phase.toml", "A server that says hello.", "TODO: one sentence")}},
	"UnfilledQuiz":     {proof: 4, want: `^quiz/01-greet\.json:10: still to be written: "explain": "TODO: why",$`, before: []edit{sub(quiz1, "It prints hi.", "TODO: why")}},
	"UnfilledSuite":    {proof: 4, want: `1\.1-hello\.txtar:4: still to be written: hint 'TODO: point at it'$`, before: []edit{sub(h1+"suite/1.1-hello.txtar", "The text stands in handlers.go.", "TODO: point at it")}},
	"UnfilledMutant":   {proof: 4, want: `hello-loud\.txtar:1: still to be written: TODO: a misconception$`, before: []edit{sub(h1+"mutants/hello-loud.txtar", "The greeting is shouted.", "TODO: a misconception")}},

	// 5: what is kept of the phase before
	"ChangedWithoutTODO": {phase: "02", proof: 5, want: "^main\\.go differs from the reference of 01-greet, though no TODO of this phase is in it: copy it, or name it in `rewritten`$",
		before: []edit{sub(p2+"main.go", `"listening on"`, `"ready on"`)}},
	"ReferenceMovedOn": {phase: "02", proof: 5, want: `^main\.go differs from the reference of 01-greet`,
		before: []edit{sub(s1+"main.go", `"listening on"`, `"ready on"`)}},
	"TODOOfOtherPhaseOnly": {phase: "02", proof: 5, want: `^main\.go differs from the reference of 01-greet`, also: []int{4},
		before: []edit{sub(p2+"main.go", "	mux := ", "	// TODO 1.1: an old one\n	mux := ")}},
	"RewrittenStale": {phase: "02", proof: 5, want: "^`rewritten` names main\\.go, which is unchanged$",
		before: []edit{sub(p2+"phase.toml", "minutes = 5\n", "minutes = 5\nrewritten = [\"main.go\"]\n")}},
	"RewrittenNew": {phase: "02", proof: 5, want: "^`rewritten` names double\\.go, which is new$",
		before: []edit{sub(p2+"phase.toml", "minutes = 5\n", "minutes = 5\nrewritten = [\"double.go\"]\n")}},
	"RewrittenNowhere": {phase: "02", proof: 5, want: "^`rewritten` names lost\\.go, which is nowhere$",
		before: []edit{sub(p2+"phase.toml", "minutes = 5\n", "minutes = 5\nrewritten = [\"lost.go\"]\n")}},
	"FileGone": {phase: "02", proof: 5, want: "^words\\.go of the reference of 01-greet is gone: keep it, or name it in `rewritten`$",
		before: []edit{put(s1+"words.go", "package main\n")}},

	// 6: the quiz
	"OutputWrong": {proof: 6, want: `^quiz/01-greet\.json: question 1: claims the output "ho\\n", but the code prints "hi"$`,
		before: []edit{sub(quiz1, `"output": "hi\n"`, `"output": "ho\n"`)}},
	"OutputOfPrediction": {proof: 6, want: `^quiz/01-greet\.json: question 2: claims the output "8\\n", but the code prints "7"$`,
		before: []edit{sub(quiz1, `"output": "7\n"`, `"output": "8\n"`)}},
	"OutputBlank": {proof: 6, want: `question 1: claims the output "hi \\n", but the code prints "hi"$`,
		before: []edit{sub(quiz1, `"output": "hi\n"`, `"output": "hi \n"`)}},
	"CodePanics": {proof: 6, want: `question 1: claims the output "hi\\n", but the code prints "(hi\\n)?panic: `,
		before: []edit{sub(quiz1, `Println(\"hi\")`, `Println(\"hi\"); panic(1)`)}},
	"CodeDoesNotBuild": {proof: 6, want: `^quiz/01-greet\.json: question 1: the code does not build: main\.go:6:14: undefined: hi$`,
		before: []edit{sub(quiz1, `Println(\"hi\")`, `Println(hi)`)}},
	"CodeDoesNotEnd": {proof: 6, want: `^quiz/01-greet\.json: question 1: the code does not end$`,
		before: []edit{sub(quiz1, `import \"fmt\"\n\nfunc main() {\n\tfmt.Println(`, `import (\n\t\"fmt\"\n\t\"time\"\n)\n\nfunc main() {\n\ttime.Sleep(time.Hour)\n\tfmt.Println(`)}},
	"TooFewQuestions": {proof: 6, want: `^quiz/01-greet\.json has 7 questions: at least 8$`,
		before: []edit{sub(quiz1, ` {
  "q": "A first question 3?",
  "choices": [
   "yes",
   "no, never"
  ],
  "answer": 0,
  "explain": "It is so."
 },
`, "")}},
	"TooLittleCode": {proof: 6, want: `^quiz/01-greet\.json shows code in 1 questions: at least 2$`,
		before: []edit{sub(quiz1, `"kind": "predict",`, `"choices": ["7", "77"], "answer": 0,`), sub(quiz1, `,
  "code": "package main\n\nimport \"fmt\"\n\nfunc main() {\n\tfmt.Print(7)\n}\n",
  "output": "7\n"`, "")}},

	// 7: the lesson's code
	"ProgramDoesNotBuild": {proof: 7, n: 2, want: `^README\.md:11: the program does not build: main\.go:7:14: undefined: great$|^README\.md:11: the program does not build: main\.go:6:2: declared and not used: greet$`,
		before: []edit{sub(lesson, "fmt.Println(greet)", "fmt.Println(great)")}},
	"FragmentNowhere": {proof: 7, want: `^README\.md:32: no file of the phase, and no program above, has these lines: func hello\(w http\.ResponseWriter, r \*http\.Request\) \{ …$`,
		before: []edit{sub(lesson, `fmt.Fprint(w, "hallo")`, `fmt.Fprint(w, "hullo")`)}},
	"FragmentOfSpaces": {proof: 7, want: `^README\.md:32: no file of the phase`,
		before: []edit{sub(lesson, `	fmt.Fprint(w, "hallo")`, `    fmt.Fprint(w, "hallo")`)}},
	"FragmentSkipsLines": {proof: 7, want: `^README\.md:44: no file of the phase, and no program above, has these lines: n, err := strconv\.Atoi`,
		before: []edit{sub(lesson, "	// …\n}\n// ...\n", "}\n")}},
	"PartNowhere": {proof: 7, want: `^README\.md:44: no file of the phase, and no program above, has these lines: fmt\.Fprint\(w, n\+n\) …$`,
		before: []edit{sub(lesson, "fmt.Fprint(w, n*n)", "fmt.Fprint(w, n+n)")}},
	"ProgramBelow": {proof: 7, want: `^README\.md:7: no file of the phase, and no program above, has these lines: greet := "hi" …$`,
		before: []edit{sub(lesson, "## The mental model\n", "```go\ngreet := \"hi\"\n```\n\n## The mental model\n")}},
	"BlockOfTildes": {proof: 7, want: `^README\.md:22: no file of the phase, and no program above, has these lines: nowhere\(\) …$`,
		before: []edit{sub(lesson, "## Build it\n", "## Build it\n\n~~~ go\nnowhere()\n~~~\n"), sub(lesson, "This is a whole program, and it prints `hi`.\n\n", "")}},
	"BlockNotClosed": {proof: 7, want: `^README\.md:124: no file of the phase, and no program above, has these lines: nowhere\(\) …$`,
		before: []edit{sub(lesson, "Doubling.\n", "```go\nnowhere()\n")}},

	// 8: hidden programs
	"SecondVet": {proof: 8, want: `^second: phases/01-greet/main\.go:\d+:\d+: log\.Printf format %d has arg os\.Args of wrong type \[\]string$`,
		before: []edit{sub(h1+"second/main.go", "	log.Fatal(", "	log.Printf(\"%d\\n\", os.Args)\n	log.Fatal(")}},
	"SolutionVet": {proof: 8, want: `^solution: phases/01-greet/main\.go:\d+:\d+: self-assignment of addr$`,
		before: []edit{sub(s1+"main.go", "	fmt.Println(\"listening", "	addr = addr\n	fmt.Println(\"listening")}},
	"SecondImportsUs": {proof: 8, want: `^second: main\.go imports echofromzero/phases/01-greet/text: a phase imports nothing of this module$`,
		before: []edit{put(h1+"second/text/text.go", "package text\n\nconst Hello = \"hello\"\n"), sub(h1+"second/main.go", "import (\n", "import (\n	\"echofromzero/phases/01-greet/text\"\n"),
			sub(h1+"second/main.go", `"hello\n"`, `text.Hello`)}},
	"StarterImportsUs": {proof: 8, want: `^starter: main\.go imports echofromzero: a phase imports nothing of this module$`, also: []int{1},
		before: []edit{sub(p1+"main.go", "import (\n", "import (\n	_ \"echofromzero\"\n")}},
	"SolutionImportsUs": {phase: "02", proof: 8, n: 1, want: `^solution: double\.go imports echofromzero/phases/02-double/num: a phase imports nothing of this module$`,
		before: []edit{put(s2+"num/num.go", "package num\n\nfunc Twice(n int) int { return n + n }\n"), sub(s2+"double.go", "	\"strconv\"\n", "	\"strconv\"\n\n	_ \"echofromzero/phases/02-double/num\"\n")}},
}

// copied puts the text of one file into another.
func copied(from, to string) edit {
	return func(t *testing.T, fsys fstest.MapFS) { put(to, string(fsys[from].Data))(t, fsys) }
}

// look is which proofs a breach could touch.
func look(c breach) []int {
	switch all := append([]int{c.proof}, c.also...); {
	case slices.Equal(all, []int{3}):
		return mutants
	case !slices.ContainsFunc(all, func(n int) bool { return !slices.Contains(texts, n) }):
		return texts
	}
	return everything
}

// TestBreaches ensures that each of the eight proofs fails for a course that breaks
// it, for the right reason, and that the others hold on.
func TestBreaches(t *testing.T) {
	t.Parallel()
	covered := map[int]int{}
	for name, c := range breaches {
		covered[c.proof]++
		if testing.Short() && covered[c.proof] > 3 { // others each time
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c.phase == "" {
				c.phase = "01"
			}
			b := newBench(t, c.before, c.after, at(c.level))
			b.Repeat = max(1, c.repeat)
			shown := b.prove(t, c.phase, look(c))
			numbers, problems := failed(shown)
			require.ElementsMatch(t, append([]int{c.proof}, c.also...), numbers, "the proofs that fail:\n%s", problems)
			found := shown[c.proof].Problems
			require.Len(t, found, max(1, c.n), strings.Join(found, "\n"))
			for _, p := range found {
				require.Regexp(t, regexp.MustCompile(c.want), p)
			}
		})
	}
	for proof := 1; proof <= 8; proof++ {
		require.GreaterOrEqual(t, covered[proof], 3, "proof %d is shown to fail too rarely", proof)
	}
}
