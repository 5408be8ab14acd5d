package main

import (
	"net"
	"os"
)

// TODO 1.5: a PORT that is no number from 1 to 65535, or that is taken, ends the
// program: exit code 1, and the value on standard error.
func main() {
	e := NewApp()
	e.Logger.Fatal(e.Start(address()))
}

// address is where the server listens: HOST and PORT, or 127.0.0.1:8080.
func address() string {
	host, port := os.Getenv("HOST"), os.Getenv("PORT")
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "8080"
	}
	return net.JoinHostPort(host, port)
}
