package storage

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// A Durability says how well a server keeps what it was given.
type Durability struct {
	Server      string // "redis 7.4.6", "valkey 8.1.4"
	AppendOnly  string // as CONFIG GET says it; empty: unknown
	AppendFsync string
	Eviction    string

	Problems []string // reasons to refuse the server, each with what to do
	Warnings []string // what an admin should know
}

// Inspect asks every master how it is set up. An error means that one could not
// be asked at all.
func Inspect(ctx context.Context, c redis.UniversalClient) (Durability, error) {
	cluster, ok := c.(*redis.ClusterClient)
	if !ok {
		return inspect(ctx, c)
	}
	var (
		mu  sync.Mutex
		all Durability
	)
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, master *redis.Client) error {
		d, err := inspect(ctx, master)
		if err != nil {
			return fmt.Errorf("%s: %w", master.Options().Addr, err)
		}
		mu.Lock()
		defer mu.Unlock()
		all = all.join(d, master.Options().Addr)
		return nil
	})
	return all, err
}

// join adds what another master said; the last one's settings stand for all.
func (d Durability) join(other Durability, addr string) Durability {
	problems, warnings := d.Problems, d.Warnings
	for _, p := range other.Problems {
		problems = append(problems, addr+": "+p)
	}
	for _, w := range other.Warnings {
		warnings = append(warnings, addr+": "+w)
	}
	other.Problems, other.Warnings = problems, warnings
	return other
}

func inspect(ctx context.Context, c redis.UniversalClient) (Durability, error) {
	said, err := c.Info(ctx).Result()
	if err != nil {
		return Durability{}, fmt.Errorf("ask redis for its state: %w", err)
	}
	info := fieldsOf(said)
	var d Durability
	hidden := false
	for _, setting := range []struct {
		name string
		into *string
	}{
		{"appendonly", &d.AppendOnly},
		{"appendfsync", &d.AppendFsync},
		{"maxmemory-policy", &d.Eviction},
	} {
		got, err := c.ConfigGet(ctx, setting.name).Result()
		*setting.into = got[setting.name]
		hidden = hidden || err != nil || got[setting.name] == ""
	}
	// A server that hides its settings still tells these two.
	if on, ok := info["aof_enabled"]; ok && d.AppendOnly == "" {
		d.AppendOnly = map[string]string{"0": "no", "1": "yes"}[on]
	}
	if d.Eviction == "" {
		d.Eviction = info["maxmemory_policy"]
	}
	return d.judge(serverOf(info), hidden), nil
}

func (d Durability) judge(srv server, hidden bool) Durability {
	d.Server = srv.String()
	problem := func(s string) { d.Problems = append(d.Problems, s) }
	warning := func(s string) { d.Warnings = append(d.Warnings, s) }
	if d.AppendOnly == "no" {
		problem("appendonly is no: a restart of redis loses incidents; set `appendonly yes` in redis.conf, " +
			"or CONFIG SET appendonly yes and CONFIG REWRITE")
	}
	if d.Eviction != "" && d.Eviction != "noeviction" {
		problem(fmt.Sprintf("maxmemory-policy is %s: a full redis drops incidents; set `maxmemory-policy noeviction`", d.Eviction))
	}
	switch d.AppendFsync {
	case "everysec":
		warning("appendfsync is everysec: a power cut may lose the last second or two; `appendfsync always` loses nothing")
	case "no":
		warning("appendfsync is no: a power cut may lose half a minute; set `appendfsync always`, or everysec")
	}
	if hidden {
		warning("redis hides its configuration: make sure that appendonly is yes and maxmemory-policy is noeviction")
	}
	if srv.old() {
		problem(d.Server + " is too old: use Redis 6.2, Valkey 7.2, or later")
	} else if fix := srv.holes(); fix != "" {
		warning(fmt.Sprintf("%s has known holes in its script engine (CVE-2025-49844), unless your distribution has mended "+
			"them under the old number: %s, and let nobody but earshot reach it", d.Server, fix))
	}
	return d
}

// fieldsOf reads what INFO says.
func fieldsOf(info string) map[string]string {
	fields := map[string]string{}
	for line := range strings.Lines(info) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			fields[name] = value
		}
	}
	return fields
}
