package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
)

// config is the environment, read once.
type config struct {
	addr string
	docs *os.Root // nil: no documents are served
	seed []article
}

func main() {
	log.SetFlags(0)
	cfg, err := fromEnv(os.Getenv)
	if err != nil {
		log.Fatalln("cannot start:", err)
	}
	if err := newServer(cfg).Start(cfg.addr); !errors.Is(err, http.ErrServerClosed) {
		log.Fatalln("cannot serve:", err)
	}
}

func fromEnv(get func(string) string) (config, error) {
	cfg := config{}
	port, err := strconv.ParseUint(valueOr(get("PORT"), "8080"), 10, 16)
	if err != nil || port == 0 {
		return cfg, fmt.Errorf("%q is no port", get("PORT"))
	}
	cfg.addr = net.JoinHostPort(valueOr(get("HOST"), "127.0.0.1"), strconv.FormatUint(port, 10))
	if err := json.Unmarshal([]byte(valueOr(get("SEED"), "[]")), &cfg.seed); err != nil {
		return cfg, fmt.Errorf("read SEED: %w", err)
	}
	if dir := get("DOCS_DIR"); dir != "" {
		if cfg.docs, err = os.OpenRoot(dir); err != nil {
			return cfg, fmt.Errorf("open DOCS_DIR: %w", err)
		}
	}
	return cfg, nil
}

func valueOr(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
