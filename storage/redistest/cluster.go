package redistest

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"
)

// slots is how many a cluster divides among its nodes.
const slots = 16384

// A Cluster is three masters without replicas.
type Cluster struct{ Nodes []*Server }

// StartCluster runs a cluster for the length of the test.
func StartCluster(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{}
	for range 3 {
		c.Nodes = append(c.Nodes, Start(t, "--cluster-enabled", "yes", "--cluster-node-timeout", "5000"))
	}
	say := func(n *Server, words ...string) {
		t.Helper()
		if _, err := Say(n.Addr(), words...); err != nil {
			t.Fatalf("%s: %v", strings.Join(words, " "), err)
		}
	}
	for i, n := range c.Nodes {
		say(n, "CLUSTER", "ADDSLOTSRANGE", strconv.Itoa(i*slots/3), strconv.Itoa((i+1)*slots/3-1))
		say(n, "CLUSTER", "SET-CONFIG-EPOCH", strconv.Itoa(i+1))
	}
	for _, n := range c.Nodes[1:] {
		host, port, err := net.SplitHostPort(n.Addr())
		if err != nil {
			t.Fatal(err)
		}
		say(c.Nodes[0], "CLUSTER", "MEET", host, port)
	}
	deadline := time.Now().Add(patience)
	for !c.whole() {
		if time.Now().After(deadline) {
			t.Fatal("the cluster's nodes do not find each other")
		}
		<-time.After(20 * time.Millisecond)
	}
	return c
}

// whole reports whether every node knows who has which slot.
func (c *Cluster) whole() bool {
	for _, n := range c.Nodes {
		info, err := Say(n.Addr(), "CLUSTER", "INFO")
		if err != nil || !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3") {
			return false
		}
	}
	return true
}

// URL is where the cluster is found.
func (c *Cluster) URL() string {
	addrs := make([]string, len(c.Nodes))
	for i, n := range c.Nodes {
		addrs[i] = n.Addr()
	}
	return "redis-cluster://" + strings.Join(addrs, ",")
}
