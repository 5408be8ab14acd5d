package frameworks

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"testing"
	"time"
)

// want is what lesson 08's table says of a framework: the statuses of a method that has no
// route, of HEAD, and of a slash too many; and the id that a handler then sees.
var want = map[string]struct {
	method, head, slash int
	id                  string
}{
	"net/http": {405, 200, 404, ""},
	"chi":      {405, 405, 404, ""},
	"echo-v4":  {405, 405, 200, "7/"},
	"echo-v5":  {405, 405, 200, "7/"},
	"gin":      {404, 404, 301, ""},
	"fiber-v3": {405, 200, 200, "7"},
}

func TestTable(t *testing.T) {
	for _, a := range apps {
		t.Run(a.name, func(t *testing.T) {
			url := start(t, a)
			if status, got := ask(t, http.MethodGet, url+"/books/7"); status != 200 || got.ID != "7" {
				t.Fatalf("GET /books/7: %d %+v", status, got)
			}
			w := want[a.name]
			if status, _ := ask(t, http.MethodPost, url+"/books/7"); status != w.method {
				t.Errorf("POST /books/7: %d, want %d", status, w.method)
			}
			if status, _ := ask(t, http.MethodHead, url+"/books/7"); status != w.head {
				t.Errorf("HEAD /books/7: %d, want %d", status, w.head)
			}
			if status, got := ask(t, http.MethodGet, url+"/books/7/"); status != w.slash || got.ID != w.id {
				t.Errorf("GET /books/7/: %d with id %q, want %d with %q", status, got.ID, w.slash, w.id)
			}
		})
	}
}

// BenchmarkServer asks for one book over the loopback device, with 32 connections for each
// core. Client and server share the cores: only the ratio of two results means something.
func BenchmarkServer(b *testing.B) {
	for _, a := range apps {
		b.Run(a.name, func(b *testing.B) {
			url := start(b, a) + "/books/7"
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1024}}
			b.SetParallelism(32)
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					res, err := client.Get(url)
					if err != nil {
						b.Error(err)
						return
					}
					io.Copy(io.Discard, res.Body)
					res.Body.Close()
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
		})
	}
}

// start returns the address of a running server.
func start(tb testing.TB, a app) string {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	stop := a.start(l)
	tb.Cleanup(func() { stop() })
	url := "http://" + l.Addr().String()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(time.Millisecond) {
		res, err := http.Get(url + "/books/1")
		if err == nil {
			res.Body.Close()
			return url
		}
		if time.Now().After(end) {
			tb.Fatal(err)
		}
	}
}

func ask(t *testing.T, method, url string) (status int, got book) {
	t.Helper()
	req, err := http.NewRequest(method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(req) // which follows no redirect
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	json.Unmarshal(data, &got) // no book is no JSON
	return res.StatusCode, got
}
