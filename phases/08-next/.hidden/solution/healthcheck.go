package main

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// checkHealth asks the program that runs at HOST and PORT, as a container's
// HEALTHCHECK does: an image without a shell has no curl.
func checkHealth() error {
	r := &reader{}
	addr := r.address("HOST", "PORT")
	if err := r.err(); err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // 0.0.0.0 is an address to listen at, not to call
	}
	client := &http.Client{Timeout: 2 * time.Second}
	res, err := client.Get("http://" + net.JoinHostPort(host, port) + "/healthz")
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("/healthz answers %s", res.Status)
	}
	return nil
}
