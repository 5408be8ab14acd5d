package main

import (
	"fmt"
	"net"
	"os"
	"strconv"

	"github.com/labstack/echo/v4"
)

// This file is given, and the grader builds with its own copy of it.

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "articles:", err)
		os.Exit(1)
	}
}

// run starts the server, and with PORT2 a second one beside it, made by a second
// call of NewApp. It returns only when one cannot start or has stopped.
func run() error {
	cfg, err := loadConfig()
	if err != nil {
		return err
	}
	names := []string{"PORT"}
	if os.Getenv("PORT2") != "" {
		names = []string{"PORT2", "PORT"} // when PORT accepts, both do
	}
	var apps []*echo.Echo
	for _, name := range names {
		addr, err := address(name)
		if err != nil {
			return err
		}
		e := NewApp(cfg)
		if e.Listener, err = net.Listen("tcp", addr); err != nil {
			return err
		}
		apps = append(apps, e)
	}
	ended := make(chan error)
	for _, e := range apps {
		go func() { ended <- e.Start("") }()
	}
	return <-ended
}

// address is where a server listens: HOST (127.0.0.1) and the named port (8080).
func address(name string) (string, error) {
	host, port := os.Getenv("HOST"), os.Getenv(name)
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "8080"
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("%s is %q, want a number from 1 to 65535", name, port)
	}
	return net.JoinHostPort(host, port), nil
}
