package redisd

import "syscall"

// attributes let the child die with us, and keep a Ctrl-C in the terminal from
// reaching it before we have finished. SIGTERM lets it write out what it has.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
}
