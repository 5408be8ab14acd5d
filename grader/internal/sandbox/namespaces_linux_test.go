//go:build linux && (amd64 || arm64)

package sandbox

import (
	"testing"
)

func TestProbe(t *testing.T) { t.Log(Probe()) }

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		x, err := openNamespaces(Options{Limits: DefaultLimits})
		if err != nil {
			b.Fatal(err)
		}
		x.Close()
	}
}
func BenchmarkProbe(b *testing.B) {
	for b.Loop() {
		if err := probeNamespaces(); err != nil {
			b.Fatal(err)
		}
	}
}
