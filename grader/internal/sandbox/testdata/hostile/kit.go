// What every program of the corpus may use: it is compiled into each of them.
package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

// serve answers all requests on the address that it is told.
func serve(h http.HandlerFunc) {
	fmt.Fprintln(os.Stderr, http.ListenAndServe(os.Getenv("HOST")+":"+os.Getenv("PORT"), h))
	os.Exit(1)
}

// list answers with a JSON array.
func list(reached []string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		json.NewEncoder(w).Encode(append([]string{}, reached...))
	}
}

// tell answers with what the program could reach.
func tell(reached ...string) { serve(list(reached)) }

// tries calls each attempt, and tells the names of those that succeeded.
func tries(attempts map[string]func() error) {
	var reached []string
	for name, attempt := range attempts {
		if attempt() == nil {
			reached = append(reached, name)
		}
	}
	tell(reached...)
}

// raw hands the connection of a request to f, and closes it.
func raw(f func(write func(string) error)) {
	serve(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		f(func(s string) error {
			_, err := conn.Write([]byte(s))
			return err
		})
	})
}
