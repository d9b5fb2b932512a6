package storage

import (
	"fmt"
	"slices"
)

// A server is what answers the Redis protocol, and its version.
type server struct {
	name    string
	version string
	number  [3]int // zero: said nothing that could be read
}

func serverOf(info map[string]string) server {
	s := server{name: "redis", version: info["redis_version"]}
	if v := info["valkey_version"]; v != "" {
		s.name, s.version = "valkey", v
	}
	if _, err := fmt.Sscanf(s.version, "%d.%d.%d", &s.number[0], &s.number[1], &s.number[2]); err != nil {
		s.number = [3]int{}
	}
	return s
}

func (s server) String() string {
	if s.version == "" {
		return s.name + " of unknown version"
	}
	return s.name + " " + s.version
}

// old reports whether the server lacks commands that are needed.
func (s server) old() bool {
	return s.number != [3]int{} && s.name == "redis" && slices.Compare(s.number[:], []int{6, 2, 0}) < 0
}

// mended are the first releases of each line in which scripts can't break out of
// the engine.
var mended = map[string][][3]int{
	"redis":  {{6, 2, 20}, {7, 2, 11}, {7, 4, 6}, {8, 0, 4}, {8, 2, 2}},
	"valkey": {{7, 2, 11}, {8, 0, 6}, {8, 1, 4}},
}

// holes says what to do about a script engine with known holes; nothing where
// there are none.
func (s server) holes() string {
	if s.number == [3]int{} {
		return ""
	}
	lines := mended[s.name]
	for _, line := range lines {
		if line[0] == s.number[0] && line[1] == s.number[1] {
			if s.number[2] >= line[2] {
				return ""
			}
			return fmt.Sprintf("update to %d.%d.%d", line[0], line[1], line[2])
		}
	}
	newest := lines[len(lines)-1]
	if slices.Compare(s.number[:], newest[:]) > 0 {
		return ""
	}
	return fmt.Sprintf("update to %d.%d.%d", newest[0], newest[1], newest[2])
}
