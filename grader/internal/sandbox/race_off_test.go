//go:build !race

package sandbox

// raceDetector reports whether this test binary has the race detector.
const raceDetector = false
