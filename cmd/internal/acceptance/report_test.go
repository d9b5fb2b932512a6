package acceptance

import (
	"net/http"
	"strings"
	"testing"
)

// TestTheFiguresAsCSV asks the admin API for the report of a week in which one incident
// was acknowledged and another was not.
func TestTheFiguresAsCSV(t *testing.T) {
	t.Parallel()
	w := newWorld(t, simple("{after: 0s, via: sms, every: 1s, times: 200}"))
	w.start()
	id := w.send(triggered("Disk full", ""))
	w.send(triggered("=cmd()", ""))
	w.say("ben", "ack "+id)
	w.state(id, "acknowledged")
	a, err := ask(t, http.MethodGet, w.base()+"/api/v1/reports?team=platform", "", "Authorization", "Bearer "+apiToken)
	if err != nil || a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Content-Type"), "text/csv") {
		t.Fatalf("answered %d, %v: %s", a.status, err, a.body)
	}
	lines := strings.Split(strings.TrimSpace(a.body), "\n")
	if !strings.HasPrefix(lines[0], "team,from,to,kind,name,incidents,open,") {
		t.Errorf("head = %s", lines[0])
	}
	if !strings.Contains(lines[1], "Z,team,platform,2,2,") {
		t.Errorf("the team's row = %s, want 2 incidents, 2 of them open", lines[1])
	}
	if !strings.Contains(a.body, ",alert,Disk full,1,") || !strings.Contains(a.body, ",alert,'=cmd(),1,") {
		t.Errorf("the alerts' rows are not there:\n%s", a.body)
	}
	if a, err := ask(t, http.MethodGet, w.base()+"/api/v1/reports?team=platform", ""); err != nil || a.status != http.StatusUnauthorized {
		t.Errorf("without the token: %d, %v", a.status, err)
	}
}
