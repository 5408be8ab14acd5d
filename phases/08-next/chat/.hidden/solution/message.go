package main

import (
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"
)

// maxText is the longest text, in code points.
const maxText = 2000

// message is what somebody said in a room.
type message struct {
	ID   int64     `json:"id"`
	From string    `json:"from"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// frame is an event as it goes to the clients.
type frame struct {
	id   int64 // of the message; 0 if the event is none
	data []byte
}

// frame is the event that tells of the message.
func (m message) frame() frame {
	return frame{id: m.ID, data: encode(struct {
		Type string `json:"type"`
		message
	}{"message", m})}
}

// presence is the event that somebody has joined or left.
func presence(kind, name string) frame {
	return frame{data: encode(map[string]string{"type": kind, "name": name})}
}

// complaint is the event that tells a client what is wrong with what it sent.
func complaint(err error) frame {
	return frame{data: encode(map[string]string{"type": "error", "error": err.Error()})}
}

func encode(event any) []byte {
	data, err := json.Marshal(event)
	if err != nil {
		panic(err) // events hold nothing that JSON does not know
	}
	return data
}

var (
	errNotJSON = errors.New(`want one JSON object: {"text":"…"}`)
	errText    = errors.New("text must have from 1 to 2000 characters")
)

// said is what a client sends.
type said struct {
	From string `json:"from"` // over HTTP; a WebSocket has its name
	Text string `json:"text"`
}

// parseSaid reads what a client sent.
func parseSaid(data []byte) (said, error) {
	var s said
	if json.Unmarshal(data, &s) != nil { // unlike a Decoder it takes one document only
		return said{}, errNotJSON
	}
	if n := utf8.RuneCountInString(s.Text); n < 1 || n > maxText {
		return said{}, errText
	}
	return s, nil
}
