package suite

import (
	"fmt"
	"strings"
	"testing"
)

// survival is a script that kills a program which has just answered, and asks another
// start of it; %s is the kind of database.
const survival = `# what was answered is there after kill -9
db %s
serve
parallel 40 -- POST /notes -json '{text: "\($RANDOM_TITLE) \($N)"}'
codes 201=40
quit -signal KILL
serve
GET /notes
json '.items | length == 40' -want 'the 40 notes'

# two programs share one database
serve -name other
POST /notes -json '{text: $RANDOM_WORD}' -name other
status 201
GET /notes
json '.items[-1].text == $RANDOM_WORD'

# another database is another one
db %[1]s -name OTHER_URL
serve -env DATABASE_URL=$OTHER_URL -name other
GET /notes -name other
json '.items == []'
GET /notes
json '.items | length == 41'

# a fresh one is empty
db %[1]s
serve
GET /notes
json '.items == []'

# two starts at once are both well
db %[1]s
serve -no-wait
serve -no-wait -name other
ready
ready -name other -within 5s
POST /notes -json '{text: "a"}' -name other
GET /notes
json '.items | length == 1'
`

// Ensure that a program finds in its database, at every level of isolation, what it was
// told before it was killed, and that a fresh database is empty.
func TestSQLite(t *testing.T) {
	t.Parallel()
	passesAtAll(t, "live", fmt.Sprintf(survival, "sqlite"))
}

func TestPostgres(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	passesAtAll(t, "live", fmt.Sprintf(survival, "postgres")+"[!postgres] status 599\n")
}

// Ensure that a program which keeps nothing fails, and that what is shown can be done by
// hand: the database has another address there.
func TestDatabaseFailures(t *testing.T) {
	t.Parallel()
	const forgets = "# it keeps what it answered\ndb %s\nserve -env FAULT=forgets\nPOST /notes -json '{text: \"a\"}'\nquit -signal KILL\n" +
		"serve -env FAULT=forgets\nGET /notes\njson '.items | length == 1'\n"
	f := fails(t, "live", fmt.Sprintf(forgets, "sqlite"))
	sameString(t, "Want", f.Want, ".items | length == 1")
	sameString(t, "Env", strings.Join(f.Env, " "), "DATABASE_URL=sqlite:///tmp/articles-1.db FAULT=forgets")
	sameString(t, "Prepare", strings.Join(f.Prepare, "\n"), "rm -f /tmp/articles-1.db*   # so that it begins empty")

	sameString(t, "Setup", strings.Join(f.Setup, "\n"), strings.Join([]string{
		"curl -i -X POST -H 'Content-Type: application/json' --data-binary '{\"text\":\"a\"}' http://localhost:8080/notes", killByHand, againByHand + ", as before"}, "\n"))

	// Another environment is told, the program's first one stands above, and of another database nothing is known.
	const other = "# it keeps what it answered\ndb sqlite\nserve -env FAULT=forgets -env A=1\nPOST /notes -json '{text: \"a\"}'\nGET /notes\nquit\n" +
		"serve -env FAULT=forgets -env B=2\nGET /notes\njson '.items | length == 1'\n"
	f = fails(t, "live", other)
	sameString(t, "Env", strings.Join(f.Env, " "), "DATABASE_URL=sqlite:///tmp/articles-1.db FAULT=forgets A=1")
	sameString(t, "Setup", strings.Join(f.Setup[1:], "\n"), strings.Join([]string{"curl -i http://localhost:8080/notes", stopByHand, againByHand + ", now with B=2, without A"}, "\n"))
	f = fails(t, "live", strings.Replace(other, "quit\n", "db sqlite\n", 1))
	sameString(t, "Env", strings.Join(f.Env, " "), "DATABASE_URL=sqlite:///tmp/articles-2.db FAULT=forgets B=2")
	sameString(t, "Setup", strings.Join(f.Setup, "\n"), "")

	f = fails(t, "live", "# it keeps what it answered\ndb sqlite\nserve -env FAULT=forgets\nparallel 40 -kill 10 -- POST /notes -json '{text: \"a\"}'\n"+
		"tally '.codes[\"201\"] >= 10'\nset ACK '[.each[] | select(.status == 201) | .json.id]'\nserve -env FAULT=forgets\nGET /notes\n"+
		"json '($ACK - [.items[].id]) == []' -want 'all that was answered'\n")
	sameString(t, "Want", f.Want, "all that was answered")

	const twice = "# both starts are well\ndb %s\nserve -env FAULT=migrates\nserve -name other -no-wait -env FAULT=migrates\nready -name other\n"
	f = fails(t, "live", fmt.Sprintf(twice, "sqlite"))
	hasText(t, "Got", f.Got, "it exited with status 1 before it listened")
	hasText(t, "Output", f.Output, "already exists")

	needPostgres(t)
	f = fails(t, "live", fmt.Sprintf(forgets, "postgres"))
	sameString(t, "Env", strings.Join(f.Env, " "), "DATABASE_URL=postgres://app@localhost:5433/postgres?sslmode=disable FAULT=forgets")
	hasText(t, "Prepare", strings.Join(f.Prepare, "\n"), "-D $D -k $D -h localhost -p 5433   # in a terminal of its own")
	f = fails(t, "live", fmt.Sprintf(twice, "postgres"))
	hasText(t, "Output", f.Output, "already exists")
}

// Ensure that a script which wants PostgreSQL is not run where there is none, and that
// the condition says so.
func TestNoPostgres(t *testing.T) {
	t.Parallel()
	none := func(o *Options) { o.Postgres = nil }
	for script, want := range map[string]string{
		"# one\ndb postgres\nserve\nGET /notes\nstatus 200\n":                    "PostgreSQL (apt-get install postgresql, or brew install postgresql@17)",
		"# one\nserve\nGET /notes\nstatus 200\n# two\ndb postgres\nstatus 200\n": "PostgreSQL (apt-get install postgresql, or brew install postgresql@17); the checks before this one held",
	} {
		o := Options{Program: programs["live"], Scratch: t.TempDir()}
		out, err := Run(t.Context(), "1.1", parse(t, script), o)
		if err != nil || out.NotRun != want || out.Failure != nil || out.Broken != "" || out.Passed() {
			t.Errorf("%q gives %+v, %v", script, out, err)
		}
	}
	passes(t, "live", "# one\nserve\nGET /notes\nstatus 200\n[postgres] status 599\n[!postgres] status 200\n", none)
}

// Ensure that a password is found by its hash alone, at every level of isolation, and
// that it is told what stands in its place.
func TestHashed(t *testing.T) {
	t.Parallel()
	const (
		one   = "$argon2id$v=19$m=64,t=1,p=1$c2l4dGVlbiBieXRlcyBvaw$g5An9Y8NltcTUUs3dmw9S393oURtmXqz4bgAuoKH0sM"
		two   = "$argon2id$v=19$m=64,t=1,p=1$YW5vdGhlciAxNiBieXRlcw$yOSOgxatBMbhbDWTGDFAYFp27lbXtcsb0hlx6IQa5XA"
		begin = "# it is kept so\ndb sqlite\nserve\n"
		look  = "hashed 'correct horse' m=64,t=1,p=1"
		hash  = "the password correct horse in the database as $argon2id$v=19$m=64,t=1,p=1$SALT$KEY"
	)
	note := func(text string) string { return "POST /notes -json '{text: \"" + text + "\"}'\nstatus 201\n" }
	passesAtAll(t, "live", begin+note(one+"2026-11-21")+look+"\n"+note(two)+look+" -n 2\nquit\n"+look+" -n 2\n")
	for notes, want := range map[string][3]string{
		note(one) + note(one) + look + " -n 2": {hash + ", and 2 different ones for 2 accounts", "1: " + one},
		note("correct horse") + look: {"a hash of the password in the database, and not the password", "the password itself is there",
			"grep -ac 'correct horse' /tmp/articles-1.db*"},
		note("pencil") + look:                                              {hash, "no hash of argon2 at all"},
		note(strings.Replace(one, "m=64", "m=8", 1)) + look:                {hash, "hashes of another form:\n" + strings.Replace(one, "m=64", "m=8", 1)[:50] + "…"},
		note(one) + "hashed 'correct horses' m=64,t=1,p=1":                 {strings.Replace(hash, "horse", "horses", 1), "hashes with these parameters, but this password gives none of them:\n" + one},
		note(strings.Replace(one, "c2l4dGVlbiB", "c2l4dGVlbiC", 1)) + look: {hash, "~but this password gives none of them"},
	} {
		f := fails(t, "live", begin+notes+"\n")
		sameString(t, "Want", f.Want, want[0])
		sameOrHas(t, "Got", f.Got, want[1])
		sameString(t, "Request", f.Request, cmpOr(want[2], "grep -aoE '.argon2id?[^ ]{0,110}' /tmp/articles-1.db*"))
		hasText(t, "Setup", strings.Join(f.Setup, "\n"), "curl -i -X POST")
	}
	f := fails(t, "live", "# it is there\ndb sqlite\n"+look+"\n")
	sameString(t, "Want", f.Want, "the database in the file that DATABASE_URL names")
	sameString(t, "Got", f.Got, "there is none")
}

// Ensure that a database which grows without end is closed, and that this is told.
func TestGreedyDatabase(t *testing.T) {
	t.Parallel()
	needPostgres(t)
	f := fails(t, "live", "# it is made\ndb postgres\nserve -env FAULT=greedy\nPOST /notes -json '{text: \"a\"}' -within 50s\nstatus 201\n")
	sameString(t, "Want", f.Want, "a database of at most 128 MiB")
	sameString(t, "Got", f.Got, "it grew beyond that, and was closed")
}
