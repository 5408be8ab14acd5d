//go:build !linux || (!amd64 && !arm64)

package sandbox

import (
	"errors"
	"runtime"
)

var errNoNamespaces = errors.New("boxes of level " + LevelNamespaces + " need Linux on amd64 or arm64; this is " + runtime.GOOS + " on " + runtime.GOARCH)

func openNamespaces(Options) (Box, error) { return nil, errNoNamespaces }

func probeNamespaces() error { return errNoNamespaces }

func raiseNamespaces() string { return "Grade on Linux, for example in a virtual machine." }
