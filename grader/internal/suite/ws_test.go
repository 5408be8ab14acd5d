package suite

import (
	"os/exec"
	"strings"
	"testing"
)

// Ensure that a hundred listeners get a thousand events in one order, that one which
// does not read is closed without slowing them, and that all are told of the end.
func TestWebSocket(t *testing.T) {
	t.Parallel()
	passesAtAll(t, "live", `# what happens is told in order, to all
serve
ws dial /feed -n 100
ws dial /feed -as one -H 'X-Test: 1' -status 101 -within 4s
parallel 200 -- POST /notes -json '{text: "\($RANDOM_WORD) \($N)"}'
codes 201=200
ws recv '.type == "created" and (.text | startswith($RANDOM_WORD))' -within 20s
set FIRST '$MESSAGE.id'
ws recv -n 199 'all(.[]; .type == "created")' -within 20s
set OTHERS '$MESSAGE'
ws recv -as one '.id == $FIRST'
ws recv -as one -n 199 '. == $OTHERS'

# many at once
POST /notes?n=200 -json '{text: "a"}'
ws recv -n 200 '[.[].id] == [range(201; 401)]' -within 20s
ws recv -n 200 '. == $MESSAGE' -as one -within 20s

# a client may speak
ws send hello -as one
ws recv '.type == "said" and .text == "hello"'
ws recv '.text == "hello"' -as one
ws send -json '{a: $RANDOM_ID}' -as one
ws recv '(.text | fromjson) == {a: $RANDOM_ID}'
ws close -as one
ws dial /feed -as one
POST /notes -json '{text: "b"}'
ws recv '.text == "b"' -as one

# a foreign page is refused
ws dial /feed -status 403 -H 'Origin: http://elsewhere.test'
status 403
body Forbidden
! header Upgrade

# the end is told
quit -within 10s
ws closed 1001 -within 10s
ws closed -as one
`)
}

// Ensure that one which reads nothing can be told from one that does, and that a program
// which waits for it fails.
func TestDeafListener(t *testing.T) {
	t.Parallel()
	const script = `# who reads nothing is dropped, and slows nobody
serve
ws dial /feed -deaf -as deaf
ws dial /feed -n 3
POST /notes?n=250 -json '{text: ("x" * 10000)}' -within 20s
ws recv -n 250 '[.[].id] == [range(1; 251)]' -within 20s
POST /notes?n=250 -json '{text: ("x" * 10000)}' -within 20s
ws recv -n 250 '[.[].id] == [range(251; 501)]' -within 20s
POST /notes?n=250 -json '{text: ("x" * 10000)}' -within 20s
ws recv -n 250 '[.[].id] == [range(501; 751)]' -within 20s
POST /notes?n=250 -json '{text: ("x" * 10000)}' -within 20s
ws recv -n 250 '[.[].id] == [range(751; 1001)]' -within 20s
ws closed -as deaf -within 10s
`
	passesAtAll(t, "live", script)
	f := fails(t, "live", strings.NewReplacer("serve\n", "serve -env FAULT=blocks\n", "20s", "3s").Replace(script))
	hasText(t, "Want", f.Want, "an answer")
	f = fails(t, "live", "# one that reads is dropped\nserve\nws dial /feed -n 2\nPOST /notes -json '{text: \"a\"}'\nws recv '.id == 1'\nws closed -within 200ms\n")
	sameString(t, "Got", f.Got, "at listener 1 of 2:\nit is still open")
}

// Ensure that a script which wants to read where nothing is read is at fault.
func TestDeafReads(t *testing.T) {
	t.Parallel()
	hasText(t, "Broken", breaks(t, "live", "# one\nserve\nws dial /feed -deaf\nws recv .\n"), "ws: what was opened with -deaf reads nothing")
}

// Ensure that each failure says what was expected and what came.
func TestWebSocketFailures(t *testing.T) {
	t.Parallel()
	const dial, post = "ws dial /feed\n", "POST /notes?n=20 -json '{text: \"a\"}'\n"
	for _, c := range []struct{ name, program, env, script, want, got string }{
		{"lost", "live", "FAULT=loses", dial + post + "ws recv -n 20 '.[0].id == 1' -within 300ms", "20 messages over the WebSocket within 300ms",
			"~18 messages came:\n{\"type\":\"created\",\"id\":1,\"text\":\"a\"}\n"},
		{"swapped", "live", "FAULT=swaps", dial + post + "ws recv -n 20 '[.[].id] == [range(1; 21)]'", "[.[].id] == [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]",
			"~[.[].id] is [1,2,3,5,4,6,"},
		{"want", "live", "FAULT=swaps", dial + post + "ws recv -n 20 '[.[].id] == [range(1; 21)]' -want 'ids in order'", "ids in order", "~[1,2,3,5,4,6,"},
		{"of many", "live", "", "ws dial /feed -n 3\n" + post + "ws recv '.id == 2'", ".id == 2", "at listener 1 of 3:\n.id is 1\n1 message came:\n{\"type\":\"created\",\"id\":1,\"text\":\"a\"}"},
		{"words", "live", "FAULT=words", dial + post + "ws recv '.type == \"created\"'", `.type == "created"`, "~something happened"},
		{"nothing", "live", "", dial + "ws recv . -within 100ms", "1 message over the WebSocket within 100ms", "no message came"},
		{"anywhere", "live", "FAULT=origins", "ws dial /feed -H 'Origin: http://elsewhere.test' -status 403", "403 Forbidden", "101 Switching Protocols: the WebSocket was opened"},
		{"refused", "live", "", "ws dial /feed -H 'Origin: http://elsewhere.test'", "101 Switching Protocols: a WebSocket", "~403 Forbidden"},
		{"refused otherwise", "live", "", "ws dial /feed -H 'Origin: http://elsewhere.test' -status 401", "401 Unauthorized", "~403 Forbidden"},
		{"no WebSocket", "live", "", "ws dial /nothing", "101 Switching Protocols: a WebSocket", "~404 Not Found"},
		{"open", "live", "", dial + "ws closed -within 100ms", "the program closes the WebSocket within 100ms", "it is still open"},
		{"no close frame", "live", "FAULT=abrupt", dial + "quit\nws closed 1001", "the program closes the WebSocket with 1001, going away", "~it ended with 1006, no close frame"},
		{"other code", "live", "", dial + "quit\nws closed 1012", "the program closes the WebSocket with 1012, service restart", "~it ended with 1001, going away"},
		{"crash", "live", "", dial + "ws send crash\nws recv .", "1 message over the WebSocket within 2s", "the program exited with status 3"},
		{"crash, closed", "live", "", dial + "ws send crash\nws closed", "the program closes the WebSocket", "the program exited with status 3"},
		{"killed", "live", "", "quit -signal KILL\n" + dial, "an answer", "the program was ended by a signal: killed instead of answering"},
		// programs that do what no library would
		{"abrupt", "odd", "MODE=ws abrupt", dial + "ws recv '. == \"hi\"'\nws recv . -within 5s", "1 message over the WebSocket within 5s", "~the WebSocket ended with 1006, no close frame"},
		{"big message", "odd", "MODE=ws big message", dial + "ws recv . -within 5s", "1 message over the WebSocket within 5s", "~a message has more than 1 MiB"},
		{"big message closed", "odd", "MODE=ws big message", dial + "ws closed -within 5s", "the program closes the WebSocket", "~it went on and on"},
		{"huge length", "odd", "MODE=ws huge length", dial + "ws recv . -within 5s", "1 message over the WebSocket within 5s", "~a message has more than 1 MiB"},
		{"endless", "odd", "MODE=ws endless", dial + "ws closed -within 20s", "the program closes the WebSocket", "~it sent more than 64 MiB that was not asked for"},
		{"pings", "odd", "MODE=ws pings", dial + "ws recv . -within 200ms", "1 message over the WebSocket within 200ms", "~no message came"},
		{"masked", "odd", "MODE=ws masked", dial + "ws recv . -within 5s", "1 message over the WebSocket within 5s", "~the WebSocket ended: bad MASK"},
		{"half a frame", "odd", "MODE=ws half a frame", dial + "ws recv . -within 200ms", "1 message over the WebSocket within 200ms", "no message came"},
		{"no text", "odd", "MODE=ws no text", dial + "ws recv '. == \"a\"' -within 5s", `. == "a"`, "~1 message came:"},
		{"other key", "odd", "MODE=ws other key", dial, "101 Switching Protocols: a WebSocket", "101, but with the wrong headers:\nConnection: Upgrade\nUpgrade: websocket\nSec-Websocket-Accept: x"},
		{"endless header", "odd", "MODE=endless header", dial, "an answer", "the response has more than 64 KiB of header"},
		{"no answer", "odd", "MODE=hang", "ws dial /feed -within 200ms", "an answer", "no complete answer within 200ms"},
		{"garbage", "odd", "MODE=garbage", dial, "an answer", "~malformed HTTP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := fails(t, c.program, "# it is told\nserve -env '"+cmpOr(c.env, "A=b")+"'\n"+c.script+"\n")
			sameString(t, "Want", f.Want, c.want)
			sameOrHas(t, "Got", f.Got, c.got)
		})
	}
}

// Ensure that what a learner is shown of a WebSocket can be typed: with curl to listen,
// and with printf and nc to speak.
func TestWebSocketByHand(t *testing.T) {
	t.Parallel()
	f := fails(t, "live", "# it is told\nserve\nws dial /feed?a=b -n 3 -H 'X-A: it''s'\nPOST /notes -json '{text: \"a\"}'\nws recv '.id == 2'\n")
	sameString(t, "Setup", strings.Join(f.Setup, "\n"), `curl -i -N -H 'Connection: Upgrade' -H 'Upgrade: websocket' -H 'Sec-WebSocket-Version: 13' -H 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==' -H 'X-A: it'\''s' 'http://localhost:8080/feed?a=b' &   # as each of the 3 clients`)
	sameString(t, "Request", f.Request, `curl -i -X POST -H 'Content-Type: application/json' --data-binary '{"text":"a"}' http://localhost:8080/notes`)
	f = fails(t, "live", "# it is told\nserve\nws dial /feed\nws send 'it''s 5% é'\nws send b\nws recv '.id == 2'\n")
	sameString(t, "Setup", strings.Join(f.Setup, "\n"), "")
	hasText(t, "Request", f.Request, `(printf 'GET /feed HTTP/1.1\r\nHost: localhost\r\nUser-Agent: grader\r\nConnection: Upgrade\r\n`)
	hasText(t, "Request", f.Request, `sleep 1; printf '\201\212\000\000\000\000it'\''s 5%% \303\251'; sleep 1; printf '\201\201\000\000\000\000b'; sleep 1) | nc localhost 8080 &`)
	if windows {
		return
	}
	for _, text := range []string{"it's 5% é\\ \x00\n7", strings.Repeat("x", 130)} {
		out, err := exec.Command("sh", "-c", "printf '"+printfText(string((wsMessage{1, text}).frame()))+"'").Output()
		if err != nil {
			t.Fatal(err)
		}
		sameString(t, "what printf writes", string(out), string((wsMessage{1, text}).frame()))
	}
}
