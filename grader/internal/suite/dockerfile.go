package suite

import "echofromzero/grader/internal/dockerfile"

// dockerfileAsked asserts on the learner's Dockerfile; package dockerfile says what the
// document holds.
func dockerfileAsked(r *run, neg bool, args []string) {
	fl := r.flags("dockerfile", args, "want")
	if len(fl.rest) != 1 {
		r.usage("dockerfile", "it takes one jq program")
	}
	r.aside = true // of the program, what it was asked and printed
	place := r.opt.Dir + "/Dockerfile"
	text, ok := r.opt.Files["Dockerfile"]
	if !ok {
		r.fail(Failure{Want: "a file " + place, Got: "there is none"})
	}
	doc, err := dockerfile.Parse(text)
	if err != nil {
		r.fail(Failure{Want: "a Dockerfile that can be read", Got: place + ": " + err.Error()})
	}
	r.assertJSON(neg, fl.rest[0], fl.text("want"), doc, capped(text))
}
