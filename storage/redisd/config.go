package redisd

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrNotInstalled reports that there is no server to run.
var ErrNotInstalled = errors.New("no redis-server or valkey-server found: install one (apt-get install redis-server), " +
	"or set EARSHOT_REDIS_URL to one that runs elsewhere")

// find returns the path of a server's program.
func find() (string, error) {
	for _, name := range []string{"redis-server", "valkey-server"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNotInstalled
}

// own makes the data folder and locks it; the lock goes with the process.
func own(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil { //nolint:gosec // the operator names the folder
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := os.Chmod(dir, 0o700); err != nil { //nolint:gosec // a folder needs its x
		return nil, fmt.Errorf("data folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600) //nolint:gosec // the operator names the folder
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("data folder %s is in use by another earshot: stop it, or set another EARSHOT_DATA_DIR", dir), lock.Close())
	}
	return lock, nil
}

// configName is the configuration's file in the data folder.
const configName = "redis.conf"

// configure writes the configuration. It goes to a file, since arguments can be
// read by everybody on the machine.
func configure(dir string, at address) error {
	text := at.lines() +
		"dir " + quote(dir) + "\n" +
		`daemonize no
supervised no
logfile ""
loglevel notice
databases 1
# Every change is on disk before it is answered.
appendonly yes
appendfsync always
save ""
# An alert is refused rather than another one dropped.
maxmemory-policy noeviction
# Keeps small hashes small.
hash-max-listpack-value 1024
`
	file := filepath.Join(dir, configName)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		return fmt.Errorf("configure redis-server: %w", err)
	}
	return nil
}

// former reads from the configuration where the last server of the folder
// listened; false: there was none.
func former(dir string) (at address, ok bool) {
	text, err := os.ReadFile(filepath.Join(dir, configName))
	if err != nil {
		return at, false
	}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch name {
		case "port":
			if value == "0" {
				return address{network: "unix", where: filepath.Join(dir, socketName)}, true
			}
			at = address{network: "tcp", where: "127.0.0.1:" + value}
		case "requirepass":
			at.password = value
		}
	}
	return at, at.where != ""
}

// quote writes a path as redis.conf reads it.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// escape writes a path as a URL reads it.
func escape(path string) string { return (&url.URL{Path: path}).EscapedPath() }
