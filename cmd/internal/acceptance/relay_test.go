package acceptance

import (
	"net"
	"testing"
	"time"
)

// newRelay stands in front of a server and delays all that it answers, as a store
// far away would. It returns where it listens.
func newRelay(t *testing.T, target string, delay time.Duration) string {
	t.Helper()
	front, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("listen: %v", err)
	}
	t.Cleanup(func() { _ = front.Close() })
	go func() {
		for {
			near, err := front.Accept()
			if err != nil {
				return // the test is over
			}
			far, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", target)
			if err != nil {
				_ = near.Close()
				continue
			}
			go carry(near, far, 0)
			go carry(far, near, delay)
		}
	}()
	return front.Addr().String()
}

// A parcel is what was read at once, and when to hand it over.
type parcel struct {
	words []byte
	at    time.Time
}

// carry hands on what comes, in order and each that much later, until either side
// hangs up.
func carry(from, to net.Conn, delay time.Duration) {
	under := make(chan parcel, 1024)
	go func() {
		defer close(under)
		for {
			buffer := make([]byte, 16<<10)
			n, err := from.Read(buffer)
			if n > 0 {
				under <- parcel{buffer[:n], time.Now().Add(delay)}
			}
			if err != nil {
				return
			}
		}
	}()
	for p := range under {
		if wait := time.Until(p.at); wait > 0 {
			<-time.After(wait)
		}
		if _, err := to.Write(p.words); err != nil {
			break
		}
	}
	_, _ = from.Close(), to.Close() // whatever they still say, nobody listens
	for range under {               // lets the reader end
	}
}
