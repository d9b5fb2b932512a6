package intake

import (
	"context"
	"net/http"
	"strconv"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

// routed says where an alert goes that was part of what one request said.
func (s Setup) routed(from Integration, fired incident.AlertFired, words said) incident.AlertFired {
	fired.Route = s.Route(from, fired.Alert)
	fired.Route.Warning = joinWords(fired.Route.Warning, words.skipped)
	return s.group(fired)
}

// dry reports whether the call asks what an alert would do and wants nothing done.
// Whoever writes ?dry_run= means it, unless they say no.
func (c call) dry() bool {
	wish, err := strconv.ParseBool(c.query.Get("dry_run"))
	return c.dialect.dryRuns && c.query.Has("dry_run") && (wish || err != nil)
}

// preview answers what the alert would do, and changes nothing.
func (d *Door) preview(ctx context.Context, w http.ResponseWriter, c call, setup Setup, from Integration, words said) string {
	for _, ev := range words.events {
		fired, ok := ev.(incident.AlertFired)
		if !ok {
			continue
		}
		fired = setup.routed(from, fired, words)
		told, err := d.options.Preview(ctx, fired, setup.Tried(fired))
		if err != nil {
			return d.unavailable(ctx, w, c, from, err)
		}
		answer(w, http.StatusOK, told)
		return DryRun
	}
	answer(w, http.StatusOK, struct {
		Status string `json:"status"`
		Action string `json:"action"`
	}{"dry run", words.action})
	return DryRun
}
