// Server answers GET / after it has hashed as often as it was built to.
package main

import (
	"crypto/sha256"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
)

var work = "0"

func main() {
	n, err := strconv.Atoi(work)
	if err != nil {
		log.Fatal(err)
	}
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		sum := sha256.Sum256(nil)
		for range n {
			sum = sha256.Sum256(sum[:])
		}
		w.Write(sum[:])
	})
	log.Fatal(http.ListenAndServe(net.JoinHostPort(os.Getenv("HOST"), os.Getenv("PORT")), nil))
}
