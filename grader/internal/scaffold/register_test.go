package scaffold

import (
	"strings"
	"testing"

	"echofromzero/grader/internal/catalog"
)

// TestRegister: the routes are added before the return of the function that makes
// the app, whatever the function and the variable are called.
func TestRegister(t *testing.T) {
	const imports = "package main\n\nimport \"github.com/labstack/echo/v4\"\n\n"
	tests := map[string]struct {
		files map[string]string
		file  string // that is changed
		want  string // that it holds then
	}{
		"OK": {map[string]string{"a.go": imports + "func x() {}\n", "routes.go": imports + "func NewApp() *echo.Echo {\n\te := echo.New()\n\n\treturn e\n}\n"},
			"routes.go", "\n\n\tnewHandler{}.routes(e)\n\treturn e\n}\n"},
		"OtherVariable": {map[string]string{"s.go": imports + "func server() *echo.Echo {\n\tapp := echo.New()\n\treturn app\n}\n"},
			"s.go", "\tnewHandler{}.routes(app)\n\treturn app\n"},
		"TwoResults": {map[string]string{"s.go": imports + "func server() (*echo.Echo, error) {\n\te := echo.New()\n\treturn e, nil\n}\n"},
			"s.go", "\tnewHandler{}.routes(e)\n\treturn e, nil\n"},
		"Method": {map[string]string{"s.go": imports + "func (c config) app() *echo.Echo {\n\te := echo.New()\n\treturn e\n}\n"},
			"s.go", "\tnewHandler{}.routes(e)\n\treturn e\n"},
		"FirstOfTwo": {map[string]string{"b.go": imports + "func b() *echo.Echo {\n\te := echo.New()\n\treturn e\n}\n", "a.go": imports + "func a() *echo.Echo {\n\te := b()\n\treturn e\n}\n"},
			"a.go", "\tnewHandler{}.routes(e)\n\treturn e\n"},
		"NoVariable": {map[string]string{"s.go": imports + "func server() *echo.Echo {\n\treturn echo.New()\n}\n"}, "", ""},
		"NoResult":   {map[string]string{"s.go": imports + "func main() {\n\techo.New()\n}\n"}, "", ""},
		"TestFile":   {map[string]string{"s_test.go": imports + "func server() *echo.Echo {\n\te := echo.New()\n\treturn e\n}\n"}, "", ""},
		"Elsewhere":  {map[string]string{"sub/s.go": imports + "func server() *echo.Echo {\n\te := echo.New()\n\treturn e\n}\n"}, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			files := catalog.Files{}
			for name, text := range tt.files {
				files[name] = []byte(text)
			}
			file, err := register(files, "newHandler")
			if err != nil || file != tt.file {
				t.Fatalf("register changed %q, error %v; want %q", file, err, tt.file)
			}
			for name, data := range files {
				switch {
				case name == file && !strings.HasSuffix(string(data), tt.want) && !strings.Contains(string(data), tt.want):
					t.Errorf("%s is now\n%s\nwant in it\n%s", name, data, tt.want)
				case name != file && string(data) != tt.files[name]:
					t.Errorf("%s was changed", name)
				}
			}
		})
	}
}

// TestChoose: the phase's own file and type get names that neither program has,
// and that Go allows.
func TestChoose(t *testing.T) {
	solution := catalog.Files{"main.go": []byte("package main\n\ntype articleHandler struct{}\n\nfunc main() {}\n")}
	second := catalog.Files{"api.go": []byte("package main\n\nvar apiHandler = 1\n"), "articles.go": []byte("package main\n")}
	tests := []struct{ name, file, handler string }{
		{"09-caching", "caching.go", "cachingHandler"},
		{"09-rate-limits", "ratelimits.go", "rateLimitsHandler"},
		{"09-load-test", "loadtest.go", "loadTestHandler"}, // load_test.go would be a test
		{"09-article", "article.go", "phase09Handler"},
		{"09-articles", "phase09.go", "articlesHandler"},
		{"09-api", "phase09.go", "phase09Handler"},
		{"09-main", "phase09.go", "mainHandler"},
		{"09-2fa", "2fa.go", "phase09Handler"},
	}
	for _, tt := range tests {
		p := &phase{Number: tt.name[:2], Slug: tt.name[3:]}
		if err := p.choose(solution, second); err != nil {
			t.Fatal(err)
		}
		if p.File != tt.file || p.Handler != tt.handler {
			t.Errorf("%s: %s, %s; want %s, %s", tt.name, p.File, p.Handler, tt.file, tt.handler)
		}
	}
}
