package main

import "testing"

// TODO 7.4: many clients at once, each kind of request among them; then count.
func TestRace(t *testing.T) {
}
