// Another right program: one server type with methods, a listener of its own, atomic instead of a mutex.
package main

import (
	"cmp"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
)

func main() {
	log := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	host := cmp.Or(os.Getenv("HOST"), "127.0.0.1")
	port := cmp.Or(os.Getenv("PORT"), "8080")

	ln, err := listen(host, port)
	if err != nil {
		log.Error("cannot listen", "host", host, "port", port, "reason", err.Error())
		os.Exit(1)
	}
	log.Info("listening", "address", ln.Addr().String())

	srv := &http.Server{Handler: newServer()}
	if err := srv.Serve(ln); err != nil {
		log.Error("stopped", "reason", err.Error())
		os.Exit(1)
	}
}

func listen(host, port string) (net.Listener, error) {
	n, err := strconv.ParseUint(port, 10, 16)
	switch {
	case err != nil:
		return nil, err
	case n == 0:
		return nil, errors.New("port zero would let the system choose")
	}
	return net.Listen("tcp", net.JoinHostPort(host, port))
}
