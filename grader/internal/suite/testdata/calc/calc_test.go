package main

import "testing"

func TestDouble(t *testing.T) {
	for n, want := range map[int]int{0: 0, 3: 6, -3: -6} {
		if got := double(n); got != want {
			t.Errorf("double(%d) is %d, want %d", n, got, want)
		}
	}
}
