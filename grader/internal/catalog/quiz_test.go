package catalog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

// TestParseQuiz ensures that a file as other courses ship it loads unchanged, and
// that every field of ours arrives.
func TestParseQuiz(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want catalog.Question
	}{
		"Plain": {`[{"q": "Two?", "choices": ["one", "two", "three"], "answer": 1, "explain": "It is two."}]`,
			catalog.Question{Q: "Two?", Choices: []string{"one", "two", "three"}, Answer: 1, Explain: "It is two."}},
		"FirstAnswer": {`[{"explain": "e", "answer": 0, "choices": ["a", "A"], "q": "?"}]`,
			catalog.Question{Q: "?", Choices: []string{"a", "A"}, Answer: 0, Explain: "e"}},
		"Everything": {`[{"q": "What?", "choices": ["1", "2"], "answer": 1, "explain": "e", "why": ["no", "yes"], "code": "package main", "output": "2\n"}]`,
			catalog.Question{Q: "What?", Choices: []string{"1", "2"}, Answer: 1, Explain: "e", Why: []string{"no", "yes"}, Code: "package main", Output: "2\n"}},
		"Predict": {`[{"q": "What?", "kind": "predict", "explain": "e", "code": "package main", "output": "2\n"}]`,
			catalog.Question{Q: "What?", Kind: "predict", Answer: -1, Explain: "e", Code: "package main", Output: "2\n"}},
		"CodeAlone": {`[{"q": "What?", "choices": ["1", "2"], "answer": 1, "explain": "e", "code": "x := 1"}]`,
			catalog.Question{Q: "What?", Choices: []string{"1", "2"}, Answer: 1, Explain: "e", Code: "x := 1"}},
	} {
		t.Run(name, func(t *testing.T) {
			qs, err := catalog.ParseQuiz("quiz/x.json", []byte("\n \t"+c.text+"\r\n"))
			require.NoError(t, err)
			require.Equal(t, []catalog.Question{c.want}, qs)
		})
	}
	nine := `["1","2","3","4","5","6","7","8","9"]`
	qs, err := catalog.ParseQuiz("quiz/x.json", []byte(`[{"q":"a","choices":`+nine+`,"answer":8,"explain":"e"},{"q":"b","choices":["1","2"],"answer":0,"explain":"e"}]`))
	require.NoError(t, err)
	require.Len(t, qs, 2)
	require.Equal(t, "b", qs[1].Q, "the order is the file's")
}

// TestParseQuizErrors ensures that each error says which question, which field,
// and where. "@" in a row marks the place.
func TestParseQuizErrors(t *testing.T) {
	const (
		good  = `{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e"}`
		whole = `"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e"`
	)
	for name, c := range map[string]struct{ text, want string }{
		// the document
		"Empty":         {`@`, "ends too early"},
		"Blank":         {" \n @", "ends too early"},
		"Object":        {"\n@" + good, "a quiz is a JSON array of questions"},
		"Text":          {`@"a"`, "a quiz is a JSON array of questions"},
		"Number":        {`@1`, "a quiz is a JSON array of questions"},
		"NotJSON":       {`@quiz`, "is not JSON: invalid character 'q' looking for beginning of value"},
		"ByteOrderMark": {"@\ufeff[" + good + "]", "is not JSON: invalid character 'ï' looking for beginning of value"},
		"NoQuestion":    {`@[]`, "holds no question"},
		"TrailingText":  {"[" + good + "]\n\n@x", "something stands behind the array"},
		"TwoArrays":     {"[" + good + "] @[]", "something stands behind the array"},
		"TrailingComma": {"[" + good + ",@]", "question 2 is not JSON: invalid character ']' looking for beginning of value"},
		"NoComma":       {"[" + good + "\n@" + good + "]", "question 2 is not JSON: invalid character '{' after array element"},

		// truncated, at many places
		"CutArray":    {"[@", "ends too early"},
		"CutBehind":   {"[" + good + "@", "ends too early"},
		"CutComma":    {"[" + good + ",@", "question 2 ends too early"},
		"CutObject":   {"[\n{@", "question 1 ends too early"},
		"CutKey":      {"[{\"q@", "question 1 ends too early"},
		"CutColon":    {"[{\"q\":@", "question 1 ends too early"},
		"CutText":     {"[" + good + ",\n{\"q\": \"wh@", "question 2 ends too early"},
		"CutChoices":  {"[{\"q\": \"a\", \"choices\": [\"1\",@", "question 1 ends too early"},
		"CutQuestion": {"[{" + whole + "@", "question 1 ends too early"},

		// one question
		"NotObject":     {"[" + good + ",\n  @\"b\"]", "question 2 is no object"},
		"NullQuestion":  {"[@null]", "question 1 is no object"},
		"UnknownField":  {"[" + good + ",\n{" + whole + ",\n  @\"hint\": \"h\"}]", `question 2 has an unknown field "hint"`},
		"FieldCase":     {`[{@"Q": "a"}]`, `question 1 has an unknown field "Q"`},
		"KeyNoString":   {`[{@1: 2}]`, "question 1 is not JSON: invalid character '1' looking for beginning of object key string"},
		"CommaInObject": {`[{"q": "a",@}]`, "question 1 is not JSON: invalid character '}' looking for beginning of object key string"},
		"NoCommaFields": {"[{\"q\": \"a\"\n  @\"x\": 1}]", `question 1 is not JSON: invalid character '"' after object key:value pair`},
		"NoCommaValues": {"[\n {\"q\": \"a\",\n  \"choices\": [\"1\" @\"2\"]}]", `question 1 is not JSON: invalid character '"' after array element`},
		"Literal":       {"[" + good + ", {\"q\": nul@}]", "question 2 is not JSON: invalid character '}' in literal null (expecting 'l')"},
		"Escape":        {`[{"q": "a\@x"}]`, "question 1 is not JSON: invalid character 'x' in string escape code"},
		"RawTab":        {"[{\"q\": \"a@\tb\"}]", `question 1 is not JSON: invalid character '\t' in string literal`},
		"WrongBracket":  {`[{"q": "a"@]`, "question 1 is not JSON: invalid character ']' after object key:value pair"},

		// missing
		"NoQ":       {"[" + good + ",\n  @{\"choices\": [\"1\", \"2\"], \"answer\": 0, \"explain\": \"e\"}]", `question 2 has no "q"`},
		"NoChoices": {`[@{"q": "a", "answer": 0, "explain": "e"}]`, `question 1 has no "choices"`},
		"NoAnswer":  {`[@{"q": "a", "choices": ["1", "2"], "explain": "e"}]`, `question 1 has no "answer"`},
		"NoExplain": {`[@{"q": "a", "choices": ["1", "2"], "answer": 0}]`, `question 1 has no "explain"`},
		"EmptyQ":    {`[{"choices": ["1", "2"], "answer": 0, "explain": "e", "q": @" "}]`, `question 1 "q" is empty`},
		"NoReason":  {`[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": @""}]`, `question 1 "explain" is empty`},

		// of the wrong type
		"QNumber":       {`[{"q": @1}]`, `question 1 "q" holds number where a string is needed`},
		"QNull":         {`[{"q": @null}]`, `question 1 "q" holds null where a string is needed`},
		"AnswerText":    {"[" + good + ", {\"q\": \"a\",\n\t\"answer\" : @\"1\"}]", `question 2 "answer" holds string where a whole number is needed`},
		"AnswerHalf":    {`[{"answer": @0.5}]`, `question 1 "answer" holds number 0.5 where a whole number is needed`},
		"AnswerHuge":    {`[{"answer": @99999999999999999999}]`, `question 1 "answer" holds number 99999999999999999999 where a whole number is needed`},
		"AnswerNull":    {`[{"answer": @null}]`, `question 1 "answer" holds null where a whole number is needed`},
		"ChoicesText":   {`[{"choices": @"1"}]`, `question 1 "choices" holds string where an array of strings is needed`},
		"ChoicesNumber": {`[{"choices": @["1", 2]}]`, `question 1 "choices" holds number where an array of strings is needed`},
		"ChoicesObject": {`[{"choices": @{"a": "1"}}]`, `question 1 "choices" holds object where an array of strings is needed`},
		"WhyText":       {`[{"why": @"because"}]`, `question 1 "why" holds string where an array of strings is needed`},
		"CodeNull":      {`[{"code": @null}]`, `question 1 "code" holds null where a string is needed`},

		// with values that cannot be
		"AnswerBelow":   {`[{"q": "a", "choices": ["1", "2"], "answer": @-1, "explain": "e"}]`, `question 1 "answer" is -1: it counts from 0 to 1`},
		"AnswerBeyond":  {`[{"q": "a", "choices": ["1", "2"], "answer": @2, "explain": "e"}]`, `question 1 "answer" is 2: it counts from 0 to 1`},
		"OneChoice":     {`[{"q": "a", "choices": @["1"], "answer": 0, "explain": "e"}]`, `question 1 "choices" has 1 entries: it takes 2 to 9`},
		"TenChoices":    {`[{"q": "a", "choices": @["0","1","2","3","4","5","6","7","8","9"], "answer": 0, "explain": "e"}]`, `question 1 "choices" has 10 entries: it takes 2 to 9`},
		"SameChoices":   {`[{"q": "a", "choices": @["1", "2", "1"], "answer": 0, "explain": "e"}]`, `question 1 choices 0 and 2 are the same`},
		"BlankChoice":   {`[{"q": "a", "choices": @["1", " "], "answer": 0, "explain": "e"}]`, `question 1 choice 1 is empty`},
		"NullChoice":    {`[{"q": "a", "choices": @["1", null], "answer": 0, "explain": "e"}]`, `question 1 choice 1 is empty`},
		"WhyCount":      {"[{" + whole + `, "why": @["1"]}]`, `question 1 "why" has 1 entries for 2 choices`},
		"OutputNoCode":  {"[{" + whole + `, "output": @"1"}]`, `question 1 has "output" but no "code"`},
		"UnknownKind":   {"[{" + whole + `, "kind": @"essay"}]`, `question 1 "kind" is "essay": it is left out, or is "predict"`},
		"PredictNoOut":  {`[@{"q": "a", "kind": "predict", "code": "package main", "explain": "e"}]`, `question 1 has no "output"`},
		"PredictNoCode": {`[@{"q": "a", "kind": "predict", "output": "1", "explain": "e"}]`, `question 1 has no "code"`},
		"PredictEmpty":  {`[{"q": "a", "kind": "predict", "code": "package main", "output": @"", "explain": "e"}]`, `question 1 "output" is empty`},
		"PredictBlank":  {`[{"q": "a", "kind": "predict", "code": @"", "output": "", "explain": "e"}]`, `question 1 "code" is empty`},
		"PredictNoQ":    {`[{"q": @"", "kind": "predict", "code": "package main", "output": "1", "explain": "e"}]`, `question 1 "q" is empty`},
	} {
		t.Run(name, func(t *testing.T) {
			before, after, ok := strings.Cut(c.text, "@")
			require.True(t, ok)
			lines := strings.Split(before, "\n")
			want := (&catalog.Error{File: "quiz/x.json", Line: len(lines), Col: len(lines[len(lines)-1]) + 1, Msg: c.want}).Error()
			qs, err := catalog.ParseQuiz("quiz/x.json", []byte(before+after))
			require.Nil(t, qs)
			require.EqualError(t, err, want)
			requireDefects(t, err)
		})
	}
}

// TestParseQuizCut ensures that no part of a quiz passes for a whole one.
func TestParseQuizCut(t *testing.T) {
	const text = `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e"}, {"q": "b", "kind": "predict", "code": "c", "output": "o", "explain": "e"}]`
	_, err := catalog.ParseQuiz("x.json", []byte(text))
	require.NoError(t, err)
	for n := range len(text) {
		_, err := catalog.ParseQuiz("x.json", []byte(text[:n]))
		require.ErrorContains(t, err, "ends too early", text[:n])
	}
}

func FuzzParseQuiz(f *testing.F) {
	for _, text := range []string{"", "[]", `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e"}]`, `[{"q": "a", "kind": "predict", "code": "c", "output": "o", "explain": "e"}]`,
		`[{"q": "a" "b"}]`, `[{"q": null}]`, "[{\"q\":\n\"a\", \"x\"", `[{}] x`, "[{\"choices\": [1}]", "\ufeff"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		qs, err := catalog.ParseQuiz("x.json", data)
		if err != nil {
			requirePlace(t, err, "x.json", strings.Split(string(data), "\n"))
			var defect *catalog.Error
			require.ErrorAs(t, err, &defect)
			require.Positive(t, defect.Line)
			require.Positive(t, defect.Col)
			return
		}
		require.True(t, json.Valid(data))
		require.NotEmpty(t, qs)
		for _, q := range qs {
			require.NotEmpty(t, strings.TrimSpace(q.Q))
			require.NotEmpty(t, strings.TrimSpace(q.Explain))
			switch q.Kind {
			case "":
				require.GreaterOrEqual(t, q.Answer, 0)
				require.Less(t, q.Answer, len(q.Choices))
			case "predict":
				require.NotEmpty(t, q.Code)
				require.NotEmpty(t, q.Output)
			default:
				t.Fatalf("kind %q", q.Kind)
			}
		}
	})
}
