package main

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// greet says hello, in gzip to those who take it.
func greet(w http.ResponseWriter, r *http.Request) {
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		io.WriteString(w, "Hello\n")
		return
	}
	w.Header().Set("Content-Encoding", "gzip")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if os.Getenv("GZIP") == "no" { // what it says of its body is not so
		io.WriteString(w, "Hello\n")
		return
	}
	zip := gzip.NewWriter(w)
	io.WriteString(zip, "Hello\n")
	zip.Close()
}

// visit counts itself. With VISITS=unlocked it takes no lock, which is a data race.
func (a *app) visit(w http.ResponseWriter) {
	if os.Getenv("VISITS") == "unlocked" {
		a.visits = slowly(a.visits + 1)
		answer(w, 200, map[string]string{})
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.visits++
	answer(w, 200, map[string]int{"visits": a.visits})
}

// slowly takes so long that visits meet.
func slowly(n int) int {
	time.Sleep(time.Millisecond)
	return n
}

// job begins with a POST and is done a moment later: SLOW, or 100 ms.
func (a *app) job(w http.ResponseWriter, r *http.Request) {
	takes, err := time.ParseDuration(os.Getenv("SLOW"))
	if err != nil {
		takes = 100 * time.Millisecond
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if r.Method == http.MethodPost {
		a.jobDone = time.Now().Add(takes)
		answer(w, 202, map[string]bool{"done": false})
		return
	}
	answer(w, 200, map[string]bool{"done": time.Now().After(a.jobDone)})
}

// fetch answers with what UPSTREAM_URL answers.
func fetch(w http.ResponseWriter, r *http.Request) {
	client := &http.Client{Timeout: 300 * time.Millisecond}
	res, err := client.Get(os.Getenv("UPSTREAM_URL") + "/rates?of=" + r.URL.Query().Get("of"))
	if err != nil {
		status := http.StatusBadGateway
		if timeout := interface{ Timeout() bool }(nil); errors.As(err, &timeout) && timeout.Timeout() {
			status = http.StatusGatewayTimeout
		}
		answer(w, status, map[string]string{"message": "the upstream does not answer"})
		return
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		answer(w, http.StatusBadGateway, map[string]string{"message": "the upstream has trouble"})
		return
	}
	w.Header().Set("Content-Type", res.Header.Get("Content-Type"))
	io.Copy(w, res.Body)
}

// protocols are HTTP/1.1 and, from clients that know it beforehand, HTTP/2.
func protocols() *http.Protocols {
	p := new(http.Protocols)
	p.SetHTTP1(true)
	p.SetUnencryptedHTTP2(os.Getenv("HTTP2") != "no")
	return p
}
