package app

import (
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
)

// crashPoint returns the hook that kills the process, as SIGKILL would, when it
// passes a named point for the n-th time: "after-commit:2". Tests of crash safety
// set it by EARSHOT_CRASH_AT; empty: no hook.
func crashPoint(at string) func(string) {
	if at == "" {
		return nil
	}
	name, count, _ := strings.Cut(at, ":")
	n, err := strconv.ParseInt(count, 10, 64)
	if err != nil {
		n = 1
	}
	var passed atomic.Int64
	return func(point string) {
		if point == name && passed.Add(1) == n {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
}
