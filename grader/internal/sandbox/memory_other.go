//go:build !linux

package sandbox

func (o Options) memory() int64 { return o.Limits.Memory }

// watchUse does nothing: here the system does not tell what a process uses.
func watchUse(int64, int, <-chan struct{}, func() []int, func() int64, func(excess)) {}
