package redistest

import (
	"bytes"
	"net"
	"sync"
	"testing"
)

// A Proxy stands between a client and a server and loses answers on demand.
type Proxy struct {
	listener net.Listener
	target   string

	mu    sync.Mutex
	lose  string // the answer to what contains this word
	lost  int
	conns map[net.Conn]bool
}

// NewProxy stands in front of a server for the length of the test.
func NewProxy(t testing.TB, target string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // for the length of the test
	if err != nil {
		t.Fatalf("proxy: %v", err)
	}
	p := &Proxy{listener: l, target: target, conns: map[net.Conn]bool{}}
	var wait sync.WaitGroup
	wait.Go(func() { p.serve(&wait) })
	t.Cleanup(func() {
		_ = l.Close() // ends serve
		p.mu.Lock()
		for c := range p.conns {
			_ = c.Close()
		}
		p.mu.Unlock()
		wait.Wait()
	})
	return p
}

// URL is where the proxy is found.
func (p *Proxy) URL() string { return "redis://" + p.listener.Addr().String() }

// LoseAnswer lets the next command that contains the word reach the server, and
// cuts the connection in place of its answer.
func (p *Proxy) LoseAnswer(word string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lose = word
}

// Lost is how many answers were lost so far.
func (p *Proxy) Lost() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost
}

func (p *Proxy) serve(wait *sync.WaitGroup) {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.target) //nolint:noctx // loopback
		if err != nil {
			_ = client.Close()
			continue
		}
		p.hold(client, server)
		doomed := &flag{}
		wait.Go(func() { p.copy(server, client, func(b []byte) bool { p.notice(b, doomed); return true }) })
		wait.Go(func() { p.copy(client, server, func([]byte) bool { return !doomed.up() }) })
	}
}

// notice marks a connection whose answer is to be lost.
func (p *Proxy) notice(sent []byte, doomed *flag) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.lose != "" && bytes.Contains(bytes.ToLower(sent), bytes.ToLower([]byte(p.lose))) {
		p.lose = ""
		p.lost++
		doomed.raise()
	}
}

func (p *Proxy) hold(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		p.conns[c] = true
	}
}

// copy passes on what may pass until either end is closed, and closes both.
func (p *Proxy) copy(to, from net.Conn, pass func([]byte) bool) {
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 && !pass(buffer[:n]) {
			break
		}
		if _, bad := to.Write(buffer[:n]); err != nil || bad != nil {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range []net.Conn{to, from} {
		_ = c.Close()
		delete(p.conns, c)
	}
}

// A flag is raised once.
type flag struct {
	mu  sync.Mutex
	set bool
}

func (f *flag) raise() { f.mu.Lock(); f.set = true; f.mu.Unlock() }

func (f *flag) up() bool { f.mu.Lock(); defer f.mu.Unlock(); return f.set }
