package adminapi

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/report"
)

// A table is an answer in CSV.
type table []byte

// columns are the head of a report. A row fills those that its kind has: "team" all
// figures, "day" (its start) how many incidents and night wakes, "person" pages, night
// wakes and time on call, "alert" incidents and alerts. Lengths are in whole seconds,
// times in UTC.
var columns = []string{
	"team", "from", "to", "kind", "name", "incidents", "open", "alerts", "pages", "night_wakes", "on_call_seconds",
	"acknowledged", "ack_median_seconds", "ack_p90_seconds", "resolved", "resolve_median_seconds", "resolve_p90_seconds",
}

// usualSpan is what a report is about that names no from.
const usualSpan = 7 * 24 * time.Hour

// report answers with the figures of a span, up to now where it names no end.
func (a *API) report(r *http.Request) (any, error) {
	team, err := a.team(r)
	if err != nil {
		return nil, err
	}
	span := oncall.Span{End: a.options.Now().UTC()}
	if err := moment(r, "to", &span.End); err != nil {
		return nil, err
	}
	span.Start = span.End.Add(-usualSpan)
	if err := moment(r, "from", &span.Start); err != nil {
		return nil, err
	}
	if !span.Start.Before(span.End) {
		return nil, badValue("from", "must be before to")
	}
	now, err := a.options.Desk.Report(r.Context(), team, span)
	if err != nil {
		return nil, err
	}
	return written(now)
}

func moment(r *http.Request, name string, at *time.Time) error {
	text := r.URL.Query().Get(name)
	if text == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return badValue(name, "must be a time with its offset, such as 2026-03-08T07:30:00Z")
	}
	*at = t.UTC()
	return nil
}

// written is the report, a row for the team and one for each day, person and alert name.
func written(r report.Report) (table, error) {
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	row := func(kind, name string, figures map[string]string) {
		line := make([]string, len(columns))
		figures["team"], figures["kind"], figures["name"] = string(r.Team), kind, harmless(name)
		figures["from"], figures["to"] = r.Span.Start.UTC().Format(time.RFC3339), r.Span.End.UTC().Format(time.RFC3339)
		for i, column := range columns {
			line[i] = figures[column]
		}
		_ = w.Write(line) // a buffer takes everything
	}
	pages, nights := 0, 0
	for _, l := range r.People {
		pages, nights = pages+l.Pages, nights+l.Nights
	}
	_ = w.Write(columns)
	total := map[string]string{
		"incidents": strconv.Itoa(r.Incidents), "open": strconv.Itoa(r.Open), "pages": strconv.Itoa(pages), "night_wakes": strconv.Itoa(nights),
		"acknowledged": strconv.Itoa(r.Ack.Of), "resolved": strconv.Itoa(r.Resolve.Of),
	}
	if r.Ack.Of > 0 {
		total["ack_median_seconds"], total["ack_p90_seconds"] = seconds(r.Ack.Median), seconds(r.Ack.P90)
	}
	if r.Resolve.Of > 0 {
		total["resolve_median_seconds"], total["resolve_p90_seconds"] = seconds(r.Resolve.Median), seconds(r.Resolve.P90)
	}
	row("team", string(r.Team), total)
	for _, d := range r.Days {
		row("day", d.Start.UTC().Format(time.RFC3339), map[string]string{"incidents": strconv.Itoa(d.Incidents), "night_wakes": strconv.Itoa(d.Nights)})
	}
	for _, l := range r.People {
		row("person", string(l.Person), map[string]string{
			"pages": strconv.Itoa(l.Pages), "night_wakes": strconv.Itoa(l.Nights), "on_call_seconds": seconds(l.OnCall),
		})
	}
	for _, n := range r.Noisiest {
		row("alert", n.Name, map[string]string{"incidents": strconv.Itoa(n.Incidents), "alerts": strconv.Itoa(n.Alerts)})
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

func seconds(d time.Duration) string {
	return strconv.FormatInt(int64(d.Round(time.Second)/time.Second), 10)
}

// harmless keeps a spreadsheet from taking a name that a sender wrote for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsAny(s[:1], "=+-@\t\r") {
		return "'" + s
	}
	return s
}
