package report

import (
	"strings"
	"testing"

	"echofromzero/grader/internal/golden"
)

// held are the screens as package golden takes them.
func held() []golden.Screen {
	var all []golden.Screen
	for _, sc := range screens() {
		all = append(all, golden.Screen{Name: sc.name, Foreign: sc.foreign, Draw: func(s golden.Style) (string, error) {
			var b strings.Builder
			err := sc.draw(&b, Style(s))
			return b.String(), err
		}})
	}
	return all
}

// TestScreens holds every screen in every look.
func TestScreens(t *testing.T) { golden.Screens(t, held()) }

// TestGoldenFiles finds golden files that no screen writes any more.
func TestGoldenFiles(t *testing.T) {
	golden.NoStray(t, held(), "json", "json-all", "watch-json", "watch-lines", "progress-md", "progress-json", "progress-html")
}
