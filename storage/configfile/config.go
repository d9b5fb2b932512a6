// Package configfile reads earshot.yaml.
//
//	file --parse--> nodes with their places --read--> Config
//	                          |
//	                          +--> every mistake, each with file:line:column
//
// A file is read to its end whatever is wrong with it, and all mistakes are told
// at once, each with what to do about it. What names something that is not there
// gets the nearest name that is. ${NAME} is replaced in values after parsing, so
// that no value changes the file's structure, and a replaced value is never
// repeated in a mistake.
//
// Where the file leaves something out, these hold: zone UTC (a person's and a
// team's is the file's, a schedule's its team's, a layer's its schedule's), ack
// any, repeat 0, no fallback, bundling 1m, storms above 5 cards in 10s, no grouping, no rate limit, 5m as a
// tier's wait, 5m as a group's window, no grace for a heartbeat.
package configfile

import (
	"os"
	"path/filepath"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/integrations/gateway"
	"github.com/earshot-oncall/earshot/integrations/intake"
)

// The defaults of what may be left out.
const (
	DefaultBundling = time.Minute
	DefaultWait     = 5 * time.Minute
	DefaultWindow   = 5 * time.Minute
	DefaultCards    = 5 // new cards in a channel before a summary stands for them,
	DefaultCardsPer = 10 * time.Second
)

// A Config is a whole configuration without a mistake.
type Config struct {
	Roster    oncall.Roster
	Setup     intake.Setup
	PublicURL string // empty: not given
	Gateway   gateway.Setup
	Phones    Phones

	places map[string]place
}

// Where says where a thing is written, as "earshot.yaml:12:5", for warnings
// about it; empty for what is written nowhere. Paths are the file's keys joined
// by dots, with [0] for the first of a list: "teams.platform.schedules.techops".
func (c *Config) Where(path string) string {
	if p, ok := c.places[path]; ok {
		return p.String()
	}
	return ""
}

// Load reads a file and those it includes. env looks up what ${NAME} stands for,
// as os.LookupEnv does. The error is a Mistakes.
func Load(path string, env func(string) (string, bool)) (*Config, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, Mistakes{unreadable(place{file: path}, err)}
	}
	return Parse(path, src, env)
}

// Parse reads a file's contents as Load does; name is what its mistakes call it
// and where what it includes is looked for.
func Parse(name string, src []byte, env func(string) (string, bool)) (*Config, error) {
	r := newReader(env)
	r.add(name, src)
	for _, f := range r.included(filepath.Dir(name), name) {
		src, err := os.ReadFile(f.path)
		if err != nil {
			r.mistakes = append(r.mistakes, unreadable(f.from, err))
			continue
		}
		r.add(f.path, src)
	}
	config := r.config()
	if len(r.mistakes) > 0 {
		return nil, r.sorted()
	}
	return config, nil
}
