package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestImports holds the one way in which packages may import each other. A package
// that is not in the table has no place in the design yet: give it one.
func TestImports(t *testing.T) {
	const internal = "echofromzero/grader/internal/"
	allowed := map[string]string{
		"catalog":      "",
		"sandbox":      "sandbox/shim",
		"sandbox/shim": "",
		"mutate":       "catalog",
		"build":        "catalog sandbox",
		"postgres":     "sandbox",
		"dockerfile":   "",
		"throughput":   "sandbox",
		"suite":        "catalog dockerfile sandbox postgres",
		"grade":        "catalog sandbox postgres build suite mutate",
		"workspace":    "catalog durable",
		"durable":      "",
		"export":       "",
		"class":        "catalog durable grade report workspace",
		"progress":     "catalog durable",
		"verify":       "catalog sandbox build mutate grade",
		"scaffold":     "catalog verify",
		"report":       "catalog grade",
		"quiz":         "catalog",
		"watch":        "",
		"reference":    "catalog",
		"tui":          "quiz report",
		"cli":          "catalog sandbox postgres build workspace progress grade verify scaffold report quiz reference watch tui class export durable throughput",
		// For tests only.
		"golden":       "",
		"tui/tmuxtest": "",
	}
	// Libraries that only one package may use.
	only := map[string]string{
		"github.com/rogpeppe/go-internal/testscript": "suite",
		"github.com/spf13/cobra":                     "cli",
		"charm.land/bubbletea/v2":                    "tui",
		"os/exec":                                    "build postgres sandbox cli tui/tmuxtest", // build and postgres only look for programs; cli also starts $PAGER
		"os/signal":                                  "cli",
	}
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", "./...").Output()
	require.NoError(t, err)
	seen := 0
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p struct {
			ImportPath string
			Imports    []string
		}
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		name, ok := strings.CutPrefix(p.ImportPath, internal)
		if !ok {
			require.Subset(t, []string{"echofromzero", internal + "cli", "context", "os"}, p.Imports, "main does nothing but call cli.Run")
			continue
		}
		seen++
		may, known := allowed[name]
		require.True(t, known, "package %s is not in the table", name)
		for _, imp := range p.Imports {
			require.NotEqual(t, "echofromzero", imp, "%s: only main imports the course", name)
			if dep, ours := strings.CutPrefix(imp, internal); ours {
				require.Contains(t, strings.Fields(may), dep, "%s imports %s", name, dep)
			}
			if owners, limited := only[imp]; limited {
				require.Contains(t, strings.Fields(owners), name, "%s imports %s", name, imp)
			}
		}
	}
	require.Equal(t, len(allowed), seen, "the table names packages that are not there")
}

// TestNothingOfTheLearnersIsEmbedded: an edit at the top of a phase must not change,
// and so not relink, the grader.
func TestNothingOfTheLearnersIsEmbedded(t *testing.T) {
	cmd := exec.Command("go", "list", "-f", `{{join .EmbedFiles "\n"}}`, ".")
	cmd.Dir = ".."
	out, err := cmd.Output()
	require.NoError(t, err)
	files := strings.Fields(string(out))
	require.NotEmpty(t, files)
	for _, f := range files {
		if strings.HasPrefix(f, "phases/") && !strings.Contains(f, "/.hidden/") {
			require.Contains(t, []string{"README.md", "phase.toml"}, filepath.Base(f), f)
		}
	}
}
