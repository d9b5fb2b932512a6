package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage/configfile"
)

// checkCmd judges a configuration.
type checkCmd struct {
	configFlag
	Against string `placeholder:"FILE" help:"The configuration in force: warn where an edit takes the turn from whoever has it now."`
	Online  bool   `help:"Try the credentials in the environment, too, and ask the store how people were reached."`
	Strict  bool   `help:"Exit with 1 when there are warnings."`
	JSON    bool   `help:"Answer in JSON."`
}

// A verdict is everything that is to be said about a configuration. Notes are
// worth knowing and nothing to mend.
type verdict struct {
	Errors   []remark   `json:"errors"`
	Warnings []remark   `json:"warnings"`
	Notes    []remark   `json:"notes"`
	People   []standing `json:"people"`
}

// A remark is one mistake or one warning, and its place.
type remark struct {
	Where string `json:"where"` // file:line:column, or the environment's variable
	Text  string `json:"text"`
}

// String is the remark on one line.
func (r remark) String() string {
	if r.Where == "" {
		return r.Text
	}
	return r.Where + ": " + r.Text
}

// Run implements the command.
func (c *checkCmd) Run(ctx context.Context, t *terminal) error {
	v := verdict{Errors: []remark{}, Warnings: []remark{}, Notes: []remark{}, People: []standing{}}
	config, err := configfile.Load(c.path(t), t.env)
	var mistakes configfile.Mistakes
	switch {
	case errors.As(err, &mistakes):
		for _, m := range mistakes {
			v.Errors = append(v.Errors, remarkOf(m))
		}
	case err != nil:
		return misuse{err}
	default:
		if err := c.judge(&v, config, t); err != nil {
			return err
		}
		v.standings(ctx, t, config, c.Online, t.now())
	}
	if c.Online {
		v.tryCredentials(ctx, t, config)
	}
	if err := v.write(t, c.path(t), c.JSON); err != nil {
		return err
	}
	switch {
	case len(v.Errors) > 0:
		return told(exitMisuse)
	case len(v.Warnings) > 0 && c.Strict:
		return told(exitFailed)
	}
	return nil
}

// judge finds what works and may still leave a page unheard.
func (c *checkCmd) judge(v *verdict, config *configfile.Config, t *terminal) error {
	now := t.now().Truncate(time.Minute)
	for _, f := range append(config.Roster.Findings(now), config.PhoneFindings()...) {
		v.Warnings = append(v.Warnings, remark{placeOf(config, f.Path), f.Path + " " + f.Text})
	}
	if c.Against != "" {
		old, err := configfile.Load(c.Against, t.env)
		if err != nil {
			return misuse{err}
		}
		for _, f := range oncall.Moved(old.Roster, config.Roster, now) {
			v.Warnings = append(v.Warnings, remark{placeOf(config, f.Path), f.Path + ": " + f.Text})
		}
	}
	for _, f := range config.Roster.Notes(now) {
		v.Notes = append(v.Notes, remark{placeOf(config, f.Path), f.Path + " " + f.Text})
	}
	return nil
}

// write tells errors on standard error and warnings on standard output, or
// everything in JSON.
func (v verdict) write(t *terminal, path string, asJSON bool) error {
	if asJSON {
		return writeJSON(t.out, v)
	}
	for _, e := range v.Errors {
		fmt.Fprintf(t.err, "earshot: %s\n", e)
	}
	for _, w := range v.Warnings {
		fmt.Fprintf(t.out, "warning: %s\n", w)
	}
	for _, n := range v.Notes {
		fmt.Fprintf(t.out, "note: %s\n", n)
	}
	for _, p := range v.People {
		fmt.Fprintln(t.out, p)
	}
	fmt.Fprintf(t.out, "%s: %s, %s\n", path, count(len(v.Errors), "error"), count(len(v.Warnings), "warning"))
	return nil
}

func remarkOf(m configfile.Mistake) remark {
	where := m.File
	if m.Line > 0 {
		where = fmt.Sprintf("%s:%d:%d", m.File, m.Line, m.Column)
	}
	return remark{where, m.Wrong + "; " + m.Remedy}
}

// placeOf finds where in the file the thing at a finding's path is written, or
// the nearest thing around it that is.
func placeOf(config *configfile.Config, path string) string {
	found, here := "", ""
	for i, part := range strings.Split(path, ".") {
		named := strings.TrimPrefix(here+"."+part, ".")
		where := config.Where(named)
		if _, err := strconv.Atoi(part); err == nil && where == "" && i > 0 {
			named = here + "[" + part + "]"
			where = config.Where(named)
		}
		if here = named; where != "" {
			found = where
		}
	}
	return found
}

// count writes "1 error", "2 errors".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
