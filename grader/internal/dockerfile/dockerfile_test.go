package dockerfile_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"echofromzero/grader/internal/dockerfile"
)

// Ensure that what an image has in the end is told, whatever way it is written.
func TestFinal(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ file, want string }{
		"Plain": {`FROM golang:1.26 AS build
RUN go build -o /a .
FROM scratch
COPY --from=build /a /a
USER 65532
ENV HOST=0.0.0.0
HEALTHCHECK --interval=3s CMD ["/a", "-healthcheck"]
ENTRYPOINT ["/a"]
CMD ["-v"]
`, `{"image":"scratch","user":"65532","env":{"HOST":"0.0.0.0"},"entrypoint":["/a"],"cmd":["-v"],
"health":["CMD","/a","-healthcheck"],"copies":[{"from":0,"args":["/a","/a"]}]}`},
		"ShellForms": {`from alpine:3.22
healthcheck cmd wget -q localhost
cmd exec /a
`, `{"image":"alpine:3.22","user":"","env":{},"entrypoint":[],"cmd":["/bin/sh","-c","exec /a"],"health":["CMD-SHELL","wget -q localhost"],"copies":[]}`},
		"Variables": {`ARG GO=1.26
ARG BASE=alpine
FROM golang:${GO}-${BASE} AS build
FROM ${BASE}:3
ARG GO
ARG NAME=nobody
ENV WHO=$NAME
USER ${WHO:-root}
COPY --from=0 /bin/app-$GO \
  /app
`, `{"image":"alpine:3","user":"nobody","env":{"WHO":"nobody"},"entrypoint":[],"cmd":[],"health":[],"copies":[{"from":0,"args":["/bin/app-1.26","/app"]}]}`},
		"AStageOfAStage": {`FROM debian:12 AS base
USER app
ENV A=1
ENTRYPOINT ["/old"]
CMD ["x"]
FROM base
ENTRYPOINT ["/new"]
COPY --from=nginx:1.29 /etc /etc
`, `{"image":"debian:12","user":"app","env":{"A":"1"},"entrypoint":["/new"],"cmd":[],"health":[],"copies":[{"from":"nginx:1.29","args":["/etc","/etc"]}]}`},
		"NoHealth": {"FROM a:1\nHEALTHCHECK NONE\n", `{"image":"a:1","user":"","env":{},"entrypoint":[],"cmd":[],"health":["NONE"],"copies":[]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := dockerfile.Parse([]byte(tt.file))
			require.NoError(t, err)
			got, err := json.Marshal(doc["final"])
			require.NoError(t, err)
			require.JSONEq(t, tt.want, string(got))
		})
	}
}

// Ensure that a step is shown as it was written.
func TestSteps(t *testing.T) {
	t.Parallel()
	doc, err := dockerfile.Parse([]byte("FROM a:1 AS one\nFROM one\nRUN --mount=type=cache,target=/x CGO_ENABLED=0 \\\n  go build -o $OUT .\n"))
	require.NoError(t, err)
	got, err := json.Marshal(doc["stages"])
	require.NoError(t, err)
	require.JSONEq(t, `[{"name":"one","image":"a:1","base":null,"steps":[]},
{"name":"","image":"a:1","base":0,"steps":[{"do":"RUN","text":"RUN --mount=type=cache,target=/x CGO_ENABLED=0 go build -o $OUT ."}]}]`,
		strings.ReplaceAll(string(got), "  ", ""))
}

// Ensure that what is no Dockerfile says where.
func TestErrors(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"":                             "file with no instructions",
		"# nothing\n":                  "file with no instructions",
		"RUN x\n":                      "line 1: no build stage in current context",
		"FROM a\nRUNN x\n":             "line 2: unknown instruction: RUNN",
		"FROM a\n\nCOPY x\n":           "line 3: COPY requires at least two arguments",
		"FROM a\nUSER ${A:\n":          "line 2: failed to process",
		"ARG A=1\n":                    dockerfile.ErrNoStage.Error(),
		"FROM a\nHEALTHCHECK CMDD x\n": "line 2: Unknown type \"CMDD\" in HEALTHCHECK",
	} {
		_, err := dockerfile.Parse([]byte(file))
		require.ErrorContains(t, err, want, "%q", file)
	}
}

// Ensure that no input makes the parser panic, and that what it gives is JSON.
func FuzzParse(f *testing.F) {
	f.Add([]byte("FROM a AS b\nFROM b\nCOPY --from=0 a b\nUSER $A\n"))
	f.Add([]byte("FROM a\nRUN <<EOF\nx\nEOF\n"))
	f.Add([]byte("FROM a\nHEALTHCHECK NONE\nENV A=$A B=${A}\nARG A\nARG A=1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		doc, err := dockerfile.Parse(data)
		if err != nil {
			return
		}
		_, err = json.Marshal(doc)
		require.NoError(t, err)
	})
}
