package main

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
)

// Config is what the environment tells the program.
type Config struct {
	Addr     string          // HOST and PORT: where the server listens
	Database string          // DATABASE_URL: the file of SQLite
	Users    Users           // USERS: who may call
	Debug    bool            // DEBUG=1
	Stopping <-chan struct{} // closed when the program is told to stop; nil: never
}

// loadConfig reads the environment. Its error names every variable that is wrong.
func loadConfig() (Config, error) {
	var errs []error
	host, port := cmp.Or(os.Getenv("HOST"), "127.0.0.1"), cmp.Or(os.Getenv("PORT"), "8080")
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		errs = append(errs, fmt.Errorf("PORT is %q, want a number from 1 to 65535", port))
	}
	file, ok := strings.CutPrefix(cmp.Or(os.Getenv("DATABASE_URL"), "sqlite://notes.db"), "sqlite://")
	if !ok || file == "" {
		errs = append(errs, errors.New("DATABASE_URL: want sqlite:///path/of/a/file"))
	}
	users, err := parseUsers(os.Getenv("USERS"))
	if err != nil {
		errs = append(errs, err)
	}
	return Config{
		Addr:     net.JoinHostPort(host, port),
		Database: file,
		Users:    users,
		Debug:    os.Getenv("DEBUG") == "1",
	}, errors.Join(errs...)
}
