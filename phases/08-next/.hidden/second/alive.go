package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"
)

// alive asks the program on this machine's port, and is the exit status of a health check.
func alive(port string) int {
	if port == "" {
		port = "8080"
	}
	ctx, cancel := context.WithTimeout(context.Background(), 1500*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort("localhost", port)+"/healthz", nil)
	if err == nil {
		var res *http.Response
		if res, err = http.DefaultClient.Do(req); err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return 0
			}
			err = fmt.Errorf("status %d", res.StatusCode)
		}
	}
	fmt.Fprintln(os.Stderr, "not healthy:", err)
	return 1
}
