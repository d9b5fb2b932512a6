package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/simulate"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

// testCmd runs unit tests of an on-call set-up.
type testCmd struct {
	Files []string `arg:"" name:"file" help:"Files of tests; each names its configuration."`
	JSON  bool     `help:"Answer in JSON: one list of all tests of all files."`
}

// A testResult is what one test came to.
type testResult struct {
	Name string `json:"name"`
	OK   bool   `json:"ok"`
	Got  []any  `json:"got"` // of pageGot and fallbackGot
	Diff string `json:"diff"`
}

type pageGot struct {
	At        string        `json:"at"`
	Page      string        `json:"page"`
	Via       oncall.Method `json:"via"`
	Incidents []string      `json:"incidents"`
}

type fallbackGot struct {
	At       string `json:"at"`
	Fallback string `json:"fallback"`
}

// Run implements the command. Nothing runs unless every file is right.
func (c *testCmd) Run(ctx context.Context, t *terminal) error {
	var suites []suite
	var wrong []error
	for _, path := range c.Files {
		s, err := openSuite(path, t)
		suites, wrong = append(suites, s), append(wrong, err)
	}
	if err := errors.Join(wrong...); err != nil {
		return misuse{err}
	}
	results, failed := []testResult{}, 0
	for _, s := range suites {
		if len(suites) > 1 && !c.JSON {
			fmt.Fprintln(t.out, s.path)
		}
		for _, test := range s.file.Tests {
			outcome, err := simulate.Run(ctx, test, s.setup, s.load)
			if err != nil {
				return misuse{fmt.Errorf("%s: test %q: %w", s.path, test.Name, err)}
			}
			r := resultOf(outcome)
			if results = append(results, r); !r.OK {
				failed++
			}
			if !c.JSON {
				r.write(t)
			}
		}
	}
	if c.JSON {
		if err := writeJSON(t.out, results); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(t.out, "%d passed, %d failed\n", len(results)-failed, failed)
	}
	if failed > 0 {
		return told(exitFailed)
	}
	return nil
}

func (r testResult) write(t *terminal) {
	word := "ok  "
	if !r.OK {
		word = "FAIL"
	}
	fmt.Fprintf(t.out, "%s  %s\n", word, r.Name)
	for line := range strings.Lines(r.Diff) {
		fmt.Fprintf(t.out, "      %s\n", strings.TrimRight(line, "\n"))
	}
}

func resultOf(o simulate.Outcome) testResult {
	r := testResult{Name: o.Name, OK: o.OK, Got: []any{}, Diff: o.Diff}
	for _, g := range o.Got {
		at := oncall.FormatDuration(g.At)
		if g.Fallback != "" {
			r.Got = append(r.Got, fallbackGot{at, g.Fallback})
			continue
		}
		r.Got = append(r.Got, pageGot{at, g.Page, g.Via, append([]string{}, g.Incidents...)})
	}
	return r
}

// A suite is a file of tests with the configuration that it is about.
type suite struct {
	path  string
	file  simulate.File
	setup simulate.Setup
	env   func(string) (string, bool)
}

func openSuite(path string, t *terminal) (suite, error) {
	s := suite{path: path, env: t.env}
	var err error
	if s.file, err = simulate.ReadFile(path); err != nil {
		return s, fmt.Errorf("read tests: %w", err)
	}
	if s.setup, err = s.load(s.file.Config); err != nil {
		return s, err
	}
	return s, s.names()
}

// load reads a configuration that is named relative to the file of tests.
func (s suite) load(config string) (simulate.Setup, error) {
	if !filepath.IsAbs(config) {
		config = filepath.Join(filepath.Dir(s.path), config)
	}
	c, err := configfile.Load(config, s.env)
	if err != nil {
		return simulate.Setup{}, err
	}
	return simulate.Setup{Roster: c.Roster, Urgency: c.Setup.Urgency}, nil
}
