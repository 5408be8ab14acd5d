package main

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

// frames are what is written after the handshake of a WebSocket: once, and over and over.
// What begins with ! goes in the place of the handshake.
var frames = map[string][2]string{
	"ws abrupt":       {"\x81\x02hi", "read"},
	"ws big message":  {"\x81\x7f\x00\x00\x00\x00\x00\x20\x00\x00" + strings.Repeat("x", 2<<20), ""},
	"ws huge length":  {"\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", ""},
	"ws endless":      {"", strings.Repeat("\x81\x7e\x10\x00"+strings.Repeat("x", 4096), 16)},
	"ws pings":        {"", strings.Repeat("\x89\x00", 1000)},
	"ws masked":       {"\x81\x82\x00\x00\x00\x00hi", ""},
	"ws half a frame": {"\x81\x20only this", "wait"},
	"ws no text":      {"\x81\x02\xff\xfe\x88\x02\x03\xe8", "wait"},
	"ws other key":    {"!HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: x\r\n\r\n", "wait"},
}

// opened answers the handshake of RFC 6455 and writes the frames.
func opened(conn net.Conn, key string, s [2]string) {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	handshake := fmt.Sprintf("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	first := handshake + s[0]
	if other, ok := strings.CutPrefix(s[0], "!"); ok {
		first = other
	}
	_, err := conn.Write([]byte(first))
	switch s[1] {
	case "":
		return
	case "read": // what came, so that the end is no reset
		conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		io.Copy(io.Discard, conn)
		return
	case "wait":
		time.Sleep(time.Minute)
	}
	for err == nil {
		_, err = conn.Write([]byte(s[1]))
	}
}
