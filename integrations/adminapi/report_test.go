package adminapi

import (
	"context"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/escalation/report"
)

func (d *desk) Report(_ context.Context, team oncall.TeamID, span oncall.Span) (report.Report, error) {
	return report.Of(d.incidents, d.roster, team, span), d.down
}

func TestAReportIsCSVInSecondsAndUTC(t *testing.T) {
	d := newDesk(t)
	d.incidents[0].Title = `=HYPERLINK("http://evil")`
	w := get(d, "/api/v1/reports?team=platform&from=2026-03-08T10:00:00%2B01:00&to=2026-03-08T10:00:00Z")
	if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") {
		t.Fatalf("%d %s %s", w.Code, w.Header().Get("Content-Type"), w.Body)
	}
	rows, err := csv.NewReader(w.Body).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	kinds := map[string]int{}
	for _, row := range rows[1:] {
		kind := row[at["kind"]]
		kinds[kind]++
		if row[at["from"]] != "2026-03-08T09:00:00Z" || row[at["to"]] != "2026-03-08T10:00:00Z" || row[at["team"]] != "platform" {
			t.Errorf("row = %q", row)
		}
		switch {
		case kind == "team" && (row[at["incidents"]] != "3" || row[at["open"]] != "3" || row[at["ack_median_seconds"]] != ""):
			t.Errorf("team = %q", row)
		case kind == "person" && row[at["name"]] == "ana" && row[at["on_call_seconds"]] != "3600":
			t.Errorf("ana = %q", row)
		case kind == "alert" && strings.HasPrefix(row[at["name"]], "="):
			t.Errorf("a formula in %q", row)
		}
	}
	if kinds["team"] != 1 || kinds["day"] != 1 || kinds["person"] == 0 || kinds["alert"] == 0 {
		t.Errorf("rows = %v", kinds)
	}
}

func TestAReportWithoutASpanIsAboutAWeek(t *testing.T) {
	d := newDesk(t)
	rows, err := csv.NewReader(get(d, "/api/v1/reports").Body).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatal(rows, err)
	}
	from, _ := time.Parse(time.RFC3339, rows[1][1])
	to, _ := time.Parse(time.RFC3339, rows[1][2])
	if to.Sub(from) != 7*24*time.Hour {
		t.Errorf("from %s to %s", from, to)
	}
}

func TestABadReportNamesTheField(t *testing.T) {
	for target, want := range map[string]string{
		"/api/v1/reports?from=yesterday":                                    `"field":"from"`,
		"/api/v1/reports?to=soon":                                           `"field":"to"`,
		"/api/v1/reports?team=nobody":                                       `"field":"team"`,
		"/api/v1/reports?from=2026-03-08T10:00:00Z&to=2026-03-08T10:00:00Z": `"field":"from"`,
	} {
		if w := get(newDesk(t), target); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}
