package main

import (
	"cmp"
	"fmt"
	"runtime/debug"
)

// versionCmd says which build this is.
type versionCmd struct{}

// Run implements the command.
func (versionCmd) Run(t *terminal) error {
	b := thisBuild()
	fmt.Fprintf(t.out, "earshot %s\ncommit %s\n%s\n", b.version, b.commit, b.language)
	return nil
}

// A build is what the linker wrote down about this program.
type build struct {
	version  string
	commit   string
	language string // Go's version
}

func thisBuild() build {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return build{"unknown", "unknown", "unknown"}
	}
	b := build{version: cmp.Or(info.Main.Version, "(devel)"), language: info.GoVersion}
	modified := false
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.commit = s.Value
		case "vcs.modified":
			modified = s.Value == "true"
		}
	}
	b.commit = cmp.Or(b.commit, "unknown")
	if modified {
		b.commit += " (with changes)"
	}
	return b
}
