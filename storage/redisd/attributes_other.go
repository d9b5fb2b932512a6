//go:build unix && !linux

package redisd

import "syscall"

// attributes keep a Ctrl-C in the terminal from reaching the child before we have
// finished.
func attributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
