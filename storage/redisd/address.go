package redisd

import (
	"crypto/rand"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
)

// socketName is the socket's file in the data folder.
const socketName = "redis.sock"

// longestSocket is how long the path of a socket may be; the kernel's field holds
// 108 bytes with the closing zero, fewer on other systems.
const longestSocket = 103

// An address is where the server listens.
type address struct {
	network  string // "unix" or "tcp"
	where    string
	password string // of a port, which every local user can reach
}

// choose takes a socket in the data folder, or, where its path is too long for
// one, a port on loopback with a password nobody knows.
func choose(dir string) (address, error) {
	socket := filepath.Join(dir, socketName)
	if len(socket) <= longestSocket {
		return address{network: "unix", where: socket}, nil
	}
	port, err := freePort()
	if err != nil {
		return address{}, fmt.Errorf("find a free port: %w", err)
	}
	return address{network: "tcp", where: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), password: rand.Text()}, nil
}

func freePort() (int, error) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

func (a address) url() string {
	if a.network == "unix" {
		return "unix://" + escape(a.where)
	}
	return "redis://:" + a.password + "@" + a.where
}

// lines are the address in the server's configuration.
func (a address) lines() string {
	if a.network == "unix" {
		return "port 0\nunixsocket " + quote(a.where) + "\nunixsocketperm 700\n"
	}
	_, port, err := net.SplitHostPort(a.where)
	if err != nil {
		return ""
	}
	return "bind 127.0.0.1\nport " + port + "\nrequirepass " + a.password + "\n"
}

// clear removes the socket of a server that was killed.
func (a address) clear() error {
	if a.network != "unix" {
		return nil
	}
	if err := os.Remove(a.where); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}
