// Odd is a program that answers, starts or ends in an odd way: which one, MODE says.
// It speaks raw TCP, since no HTTP library would do what it does.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// answers are what is written after a request has come; then the connection closes.
var answers = map[string]string{
	"ok":           ok,
	"continue":     "HTTP/1.1 100 Continue\r\n\r\n" + ok,
	"hints":        "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + ok,
	"switch":       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\nabc",
	"two":          ok + "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 6\r\n\r\nsecond",
	"http10":       "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold",
	"bad status":   "HTTP/1.1 abc OK\r\n\r\n",
	"garbage":      "hello\r\n",
	"no colon":     "HTTP/1.1 200 OK\r\nthis is no header\r\n\r\n",
	"two lengths":  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
	"short":        "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nten bytes.",
	"nothing":      "",
	"big body":     "HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\n" + strings.Repeat("x", 2<<20),
	"largest body": "HTTP/1.1 200 OK\r\nContent-Length: 1048576\r\n\r\n" + strings.Repeat("x", 1<<20),
	"small chunks": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("1\r\nx\r\n", 250_000) + "0\r\n\r\n",
	"big header":   "HTTP/1.1 200 OK\r\nX-Big: " + strings.Repeat("x", 100<<10) + "\r\n\r\n",
	"long line":    "HTTP/1.1 " + strings.Repeat("9", 60<<10) + " OK\r\n\r\n",
}

// streams are written over and over after the text before them.
var streams = map[string][2]string{
	"endless body":      {"HTTP/1.1 200 OK\r\n\r\n", strings.Repeat("x", 32<<10)},
	"endless chunks":    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "8000\r\n" + strings.Repeat("x", 32<<10) + "\r\n"},
	"endless header":    {"HTTP/1.1 200 OK\r\n", "X-More: " + strings.Repeat("x", 1000) + "\r\n"},
	"endless continues": {"", "HTTP/1.1 100 Continue\r\n\r\n"},
}

func main() {
	mode, port := os.Getenv("MODE"), os.Getenv("PORT")
	switch mode {
	case "exit":
		code, _ := strconv.Atoi(os.Getenv("CODE"))
		fmt.Println("to standard output")
		fmt.Fprintln(os.Stderr, "to standard error")
		os.Exit(code)
	case "flood":
		for line := strings.Repeat("flood ", 1000) + "\n"; ; {
			os.Stdout.WriteString(line)
		}
	case "never":
		time.Sleep(time.Minute)
	case "elsewhere":
		port = "0"
	case "deaf":
		signal.Ignore(syscall.SIGTERM, os.Interrupt)
	case "child": // a process of its own, in the same group
		child := exec.Command(os.Args[0])
		child.Env = []string{"MODE=never"}
		child.Start()
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	text := "listening\n"
	for i := range 40 {
		text += fmt.Sprintln("line", i+1)
	}
	fmt.Print(text)
	for {
		conn, err := l.Accept()
		if err != nil {
			os.Exit(1)
		}
		go serve(conn, mode)
	}
}

func serve(conn net.Conn, mode string) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	first, err := r.ReadString('\n')
	key := ""
	for line := first; err == nil && strings.TrimSpace(line) != ""; {
		line, err = r.ReadString('\n')
		if _, value, ok := strings.Cut(line, "Sec-WebSocket-Key: "); ok {
			key = strings.TrimSpace(value)
		}
	}
	if err != nil { // a connection that asks nothing
		return
	}
	if text, known := answers[mode]; known {
		conn.Write([]byte(text))
		return
	}
	if s, known := streams[mode]; known {
		for _, err := conn.Write([]byte(s[0])); err == nil; {
			_, err = conn.Write([]byte(s[1]))
		}
		return
	}
	if s, known := frames[mode]; known {
		opened(conn, key, s)
		return
	}
	switch mode {
	case "environment": // the body is the environment
		text := strings.Join(os.Environ(), "\n")
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
	case "line": // the body is the request's first line
		line := strings.TrimRight(first, "\r\n")
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(line), line)
	case "hang", "deaf", "child", "flood":
		time.Sleep(time.Minute)
	case "drip":
		for _, err := conn.Write([]byte("HTTP/1.1 200 OK\r\n\r\n")); err == nil; {
			time.Sleep(20 * time.Millisecond)
			_, err = conn.Write([]byte("x"))
		}
	case "reset":
		conn.(*net.TCPConn).SetLinger(0)
	case "crash":
		os.Exit(7)
	case "panic":
		panic("a planted panic")
	case "killed":
		p, _ := os.FindProcess(os.Getpid())
		p.Kill()
		time.Sleep(time.Minute)
	case "print": // prints without end once it is asked
		for line := strings.Repeat("flood ", 1000) + "\n"; ; {
			os.Stdout.WriteString(line)
		}
	}
}
