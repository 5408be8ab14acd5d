package progress

import (
	"bytes"
	"testing"
)

// FuzzDecode ensures that a progress file of any bytes is understood or refused with
// a reason, and that one which is understood reads the same once it is written again.
func FuzzDecode(f *testing.F) {
	st := fresh()
	st.Record("1.1", Attempt{Status: "pass", Points: 10, Green: "x"}, noon)
	data, err := encode(st)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	for _, s := range []string{"", "{", "null", `{"format":1}`, `{"format":2}`, `{"format":1,"exercises":{"1.1":null}}`,
		`{"format":1,"exercises":{"1.1":{"best":-1,"new":[{}]}},"more":"\u0000"}`, `{"format":1,"quizzes":{"01":{"runs":[null]}}}`, "\xef\xbb\xbf{}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		st, err := decode(data)
		if err != nil {
			if err.Error() == "" {
				t.Fatal("no reason")
			}
			return
		}
		once, err := encode(st)
		if err != nil {
			t.Skip(err) // it grew over the limit
		}
		again, err := decode(once)
		if err != nil {
			t.Fatalf("%v, of what was written:\n%s", err, once)
		}
		twice, err := encode(again)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%v\n%s\nbecame\n%s", err, once, twice)
		}
	})
}
