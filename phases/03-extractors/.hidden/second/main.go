package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
)

// settings is the environment, read once.
type settings struct {
	addr    string
	seed    []article
	maxBody int64
}

func main() {
	log.SetFlags(0)
	s, err := fromEnv(os.Getenv)
	if err != nil {
		log.Fatalln("cannot start:", err)
	}
	if err := newServer(s).Start(s.addr); !errors.Is(err, http.ErrServerClosed) {
		log.Fatalln("cannot serve:", err)
	}
}

func fromEnv(get func(string) string) (settings, error) {
	var s settings
	port, err := strconv.ParseUint(cmp.Or(get("PORT"), "8080"), 10, 16)
	if err != nil || port == 0 {
		return s, fmt.Errorf("%q is no port", get("PORT"))
	}
	s.addr = net.JoinHostPort(cmp.Or(get("HOST"), "127.0.0.1"), strconv.FormatUint(port, 10))
	if s.maxBody, err = strconv.ParseInt(cmp.Or(get("BODY_LIMIT"), "1048576"), 10, 64); err != nil {
		return s, fmt.Errorf("read BODY_LIMIT: %w", err)
	}
	if err := json.Unmarshal([]byte(cmp.Or(get("SEED"), "[]")), &s.seed); err != nil {
		return s, fmt.Errorf("read SEED: %w", err)
	}
	return s, nil
}
