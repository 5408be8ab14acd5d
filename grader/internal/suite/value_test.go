package suite

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Ensure that random values have the form the manual says, and are distinct.
func TestRandomValues(t *testing.T) {
	t.Parallel()
	seen := map[any]string{}
	for seed := range uint64(200) {
		values := randomValues(rand.New(rand.NewPCG(seed, 1)))
		if len(values) != 27 {
			t.Fatalf("%d values", len(values))
		}
		clear(seen)
		for name, v := range values {
			if other, ok := seen[v]; ok {
				t.Errorf("seed %d: %s and %s are both %v", seed, name, other, v)
			}
			seen[v] = name
			ok := false
			switch stem := strings.TrimRight(name, "23456789"); stem {
			case "RANDOM_ID":
				n, isInt := v.(int)
				ok = isInt && n >= 1000 && n < 1000000
			case "RANDOM_TITLE":
				ok = regexp.MustCompile(`^[a-z]+ [a-z]+ [0-9]{2}$`).MatchString(v.(string))
			case "RANDOM_WORD":
				ok = regexp.MustCompile(`^[a-z]{8}$`).MatchString(v.(string))
			}
			if !ok {
				t.Errorf("seed %d: %s is %v", seed, name, v)
			}
		}
	}
}

// Ensure that the values are the same for the same seed and exercise, and differ
// for another seed and for another exercise.
func TestSeed(t *testing.T) {
	t.Parallel()
	of := func(id string, seed uint64) string {
		o := Options{Program: programs["example"], Seed: seed, Scratch: t.TempDir()}
		s := parse(t, "# one\nserve\nPOST /echo -json '[$RANDOM_ID, $RANDOM_ID9, $RANDOM_TITLE, $RANDOM_TITLE9, $RANDOM_WORD, $RANDOM_WORD9]'\nbody -is no\n")
		out, err := Run(t.Context(), id, s, o)
		if err != nil || out.Failure == nil {
			t.Fatalf("%+v, %v", out, err)
		}
		return out.Failure.Request
	}
	first := of("1.1", 7)
	sameString(t, "the request with the same seed", of("1.1", 7), first)
	all := []string{first, of("1.1", 8), of("1.2", 7), of("1.1", 1<<63)}
	slices.Sort(all)
	if len(slices.Compact(all)) != 4 {
		t.Errorf("not all differ: %q", all)
	}
}

// Ensure that variables keep their types in jq and are plain text in the script.
func TestVariables(t *testing.T) {
	t.Parallel()
	passes(t, "example", `# typed in jq, text outside
set N '1 + 1'
set LIST '[{id: $RANDOM_ID, title: $RANDOM_TITLE, body: "b", tags: ["x"]}]'
set TEXT '"it''s \($N)"'
set NOTHING .
serve -env SEED=$LIST -env N=$N
GET /api/v1/articles/$RANDOM_ID
json '. == $LIST[0] and .id == $RANDOM_ID and .title == $RANDOM_TITLE'
body $RANDOM_TITLE
set ID .id
set TITLE .title
GET /echo?$ID
json '($ID | type) == "number" and ($TITLE | type) == "string" and ($N | type) == "number" and $NOTHING == null'
json '.path == "/echo?\($ID)" and .path == "/echo?\($RANDOM_ID)"'
POST /echo -raw $LIST
json '(.body | fromjson) == $LIST'
POST /echo -raw $TEXT
json '.body == "it''s 2"'
POST /echo -raw $N-$NOTHING
json '.body == "2-null"'

# the duration of the last request is a number of milliseconds
GET /slow
json '$LAST_MS >= 50 and $LAST_MS < 5000'

# a value can be set from the body, which a single quote does not expand
POST /echo -raw '$N'
json '.body == "$" + "N"'

# big numbers stay as they are
POST /echo -raw '{"n": 12345678901234567890, "f": 0.1}'
set BODY '.body | fromjson'
json '(.body | fromjson | .n) == 12345678901234567890 and $BODY.f == 0.1'

# files of the suite and of write lie in the folder of the run
write sub/$RANDOM_WORD.txt $RANDOM_TITLE
exists sub/$RANDOM_WORD.txt fixture.txt
serve -env DOCS_DIR=$WORK
GET /docs/sub/$RANDOM_WORD.txt
body -is $RANDOM_TITLE
GET /docs/fixture.txt
body -is 'of the suite'
-- fixture.txt --
of the suite
`)
}

// Ensure that a failed section ends the script, and that the assertions are counted.
func TestChecks(t *testing.T) {
	t.Parallel()
	if out := passes(t, "example", "# one\nserve\nGET /\nstatus 200\nbody Hello\n\n# two\n! header X-A\n"); out.Checks != 3 {
		t.Errorf("%d checks", out.Checks)
	}
	out := try(t, "example", "# one\nserve\nGET /\nstatus 200\n\n# it''s \"two\" $HOME #1\nstatus 404\n\n# three\nstatus 500\n")
	if out.Failure == nil || out.Checks != 1 {
		t.Fatalf("%+v", out)
	}
	sameString(t, "Check", out.Failure.Check, "it''s \"two\" $HOME #1")
}
