package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/netip"

	"github.com/earshot-oncall/earshot/cmd/internal/demo"
)

// demoCmd is the whole product on one page.
type demoCmd struct {
	Listen string `default:"127.0.0.1:8080" placeholder:"ADDRESS" help:"Where the page is found: a loopback address and a port (default: ${default})."`
}

// Run implements the command. Nothing is logged unless EARSHOT_LOG_LEVEL is set.
func (c *demoCmd) Run(ctx context.Context, t *terminal) error {
	if !loopback(c.Listen) {
		return misuse{fmt.Errorf("--listen %q: the demo asks nobody for a password, so give a loopback address and a port, such as 127.0.0.1:8080", c.Listen)}
	}
	log := slog.New(slog.DiscardHandler)
	if name, _ := t.env("EARSHOT_LOG_LEVEL"); name != "" {
		var level slog.Level
		if err := level.UnmarshalText([]byte(name)); err != nil {
			return misuse{fmt.Errorf("EARSHOT_LOG_LEVEL: %q is none of debug, info, warn, error", name)}
		}
		log = slog.New(slog.NewTextHandler(t.err, &slog.HandlerOptions{Level: level}))
	}
	return demo.Run(ctx, demo.Options{Listen: c.Listen, Out: t.out, Log: log})
}

// loopback reports whether only this machine reaches an address.
func loopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}
