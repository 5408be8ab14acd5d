package catalog_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/catalog"
)

// quizzes is the repository's folder of quizzes.
const quizzes = "../../../quiz"

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	file := filepath.Join(quizzes, "schema.json")
	require.FileExists(t, file)
	s, err := jsonschema.NewCompiler().Compile(file)
	require.NoError(t, err)
	return s
}

// valid reports what the schema finds in a document.
func valid(t *testing.T, s *jsonschema.Schema, text string) error {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	return s.Validate(doc)
}

// TestSchemaCourse ensures that every quiz of the course is as quiz/schema.json
// says, and loads.
func TestSchemaCourse(t *testing.T) {
	s := schema(t)
	files, err := filepath.Glob(filepath.Join(quizzes, "*.json"))
	require.NoError(t, err)
	n := 0
	for _, file := range files {
		if filepath.Base(file) == "schema.json" {
			continue
		}
		n++
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, valid(t, s, string(data)))
			_, err = catalog.ParseQuiz(file, data)
			require.NoError(t, err)
		})
	}
	require.Positive(t, n, "there is no quiz to look at")
}

// TestSchemaAgrees ensures that the schema, by which editors help authors, and
// ParseQuiz, by which the grader loads, think alike of right and broken quizzes.
func TestSchemaAgrees(t *testing.T) {
	s := schema(t)
	for name, text := range map[string]string{
		"Plain":      `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e"}]`,
		"Two":        `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e"}, {"q": "b", "choices": ["1", "2", "3"], "answer": 2, "explain": "e"}]`,
		"Everything": `[{"q": "a", "choices": ["1", "2"], "answer": 1, "explain": "e", "why": ["no", "yes"], "code": "package main", "output": "2\n"}]`,
		"CodeAlone":  `[{"q": "a", "choices": ["1", "2"], "answer": 1, "explain": "e", "code": "x := 1"}]`,
		"Predict":    `[{"q": "a", "kind": "predict", "code": "package main", "output": "2\n", "explain": "e"}]`,
	} {
		t.Run("OK"+name, func(t *testing.T) {
			require.NoError(t, valid(t, s, text), "the schema")
			_, err := catalog.ParseQuiz("x.json", []byte(text))
			require.NoError(t, err, "ParseQuiz")
		})
	}
	for name, text := range map[string]string{
		"NoQuestion":    `[]`,
		"Object":        `{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e"}`,
		"Text":          `"quiz"`,
		"Null":          `null`,
		"NotObject":     `["a"]`,
		"NullQuestion":  `[null]`,
		"Empty":         `[{}]`,
		"NoQ":           `[{"choices": ["1", "2"], "answer": 0, "explain": "e"}]`,
		"NoChoices":     `[{"q": "a", "answer": 0, "explain": "e"}]`,
		"NoAnswer":      `[{"q": "a", "choices": ["1", "2"], "explain": "e"}]`,
		"NoExplain":     `[{"q": "a", "choices": ["1", "2"], "answer": 0}]`,
		"EmptyQ":        `[{"q": "", "choices": ["1", "2"], "answer": 0, "explain": "e"}]`,
		"EmptyExplain":  `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": ""}]`,
		"EmptyChoice":   `[{"q": "a", "choices": ["1", ""], "answer": 0, "explain": "e"}]`,
		"UnknownField":  `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e", "hint": "h"}]`,
		"FieldCase":     `[{"Q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e"}]`,
		"SecondBroken":  `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e"}, {"q": "b"}]`,
		"QNumber":       `[{"q": 1, "choices": ["1", "2"], "answer": 0, "explain": "e"}]`,
		"QNull":         `[{"q": null, "choices": ["1", "2"], "answer": 0, "explain": "e"}]`,
		"AnswerText":    `[{"q": "a", "choices": ["1", "2"], "answer": "0", "explain": "e"}]`,
		"AnswerHalf":    `[{"q": "a", "choices": ["1", "2"], "answer": 0.5, "explain": "e"}]`,
		"AnswerNull":    `[{"q": "a", "choices": ["1", "2"], "answer": null, "explain": "e"}]`,
		"AnswerBelow":   `[{"q": "a", "choices": ["1", "2"], "answer": -1, "explain": "e"}]`,
		"AnswerBeyond":  `[{"q": "a", "choices": ["1", "2"], "answer": 9, "explain": "e"}]`,
		"AnswerPast":    `[{"q": "a", "choices": ["1", "2"], "answer": 2, "explain": "e"}]`,
		"ChoicesText":   `[{"q": "a", "choices": "1", "answer": 0, "explain": "e"}]`,
		"ChoicesNumber": `[{"q": "a", "choices": ["1", 2], "answer": 0, "explain": "e"}]`,
		"ChoicesNull":   `[{"q": "a", "choices": null, "answer": 0, "explain": "e"}]`,
		"NoChoice":      `[{"q": "a", "choices": [], "answer": 0, "explain": "e"}]`,
		"OneChoice":     `[{"q": "a", "choices": ["1"], "answer": 0, "explain": "e"}]`,
		"TenChoices":    `[{"q": "a", "choices": ["0","1","2","3","4","5","6","7","8","9"], "answer": 0, "explain": "e"}]`,
		"SameChoices":   `[{"q": "a", "choices": ["1", "2", "1"], "answer": 0, "explain": "e"}]`,
		"WhyText":       `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e", "why": "because"}]`,
		"CodeNumber":    `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e", "code": 1}]`,
		"CodeNull":      `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e", "code": null}]`,
		"OutputNoCode":  `[{"q": "a", "choices": ["1", "2"], "answer": 0, "explain": "e", "output": "1"}]`,
		"UnknownKind":   `[{"q": "a", "kind": "essay", "choices": ["1", "2"], "answer": 0, "explain": "e"}]`,
		"PredictNoOut":  `[{"q": "a", "kind": "predict", "code": "package main", "explain": "e"}]`,
		"PredictNoCode": `[{"q": "a", "kind": "predict", "output": "1", "explain": "e"}]`,
		"PredictEmpty":  `[{"q": "a", "kind": "predict", "code": "", "output": "", "explain": "e"}]`,
	} {
		t.Run("Err"+name, func(t *testing.T) {
			require.Error(t, valid(t, s, text), "the schema")
			_, err := catalog.ParseQuiz("x.json", []byte(text))
			require.Error(t, err, "ParseQuiz")
			requireDefects(t, err)
		})
	}
}
