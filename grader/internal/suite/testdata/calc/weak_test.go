package main

import "testing"

func TestDouble(t *testing.T) {
	if got := double(2); got != 4 {
		t.Errorf("double(2) is %d, want 4", got)
	}
}
