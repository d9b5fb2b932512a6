package acceptance

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
)

// TestSecretsStaySecret goes through a whole night with the log at its most
// talkative, errors of every kind included, and looks for what must not be told.
func TestSecretsStaySecret(t *testing.T) {
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, night)
			p := w.start("EARSHOT_LOG_LEVEL=debug", "EARSHOT_LOG_FORMAT="+format)
			ana, hal := w.phones.Phone(numbers["ana"]), w.phones.Phone(numbers["hal"])
			ana.OnSMS(twiliofake.RefusesSMS(21211)) // its message has the number in it
			ana.OnCall(twiliofake.Presses("1"))
			w.phones.Phone(numbers["paul"]).OnSMS(twiliofake.Undelivers(30003))
			w.slack.Fault(func(method string, _ url.Values) *slackfake.Response {
				if method == "conversations.open" {
					return slackfake.Refusal("invalid_auth")
				}
				return nil
			})
			id := w.send(prometheus("firing", "DiskFull", "call "+numbers["mona"]+" if in doubt"))
			w.send(nagios("CRITICAL", "shop/http", "HTTP is down", "web"))
			until(t, "hal's phone rings", func() bool { return hal.Call() != nil })
			until(t, "management is paged", func() bool { return w.paged(id, "sms", numbers["paul"]) > 0 })
			w.slack.Heal()
			if _, err := w.slack.Command(slackIDs["ben"], platform, "/oncall", "page "+numbers["hal"]+" now"); err != nil {
				t.Errorf("a slash command: %v", err)
			}
			for _, a := range []alert{
				{"/api/v1/alerts", nativeKey + "x", "{}"},
				{"/integrations/alertmanager/" + prometheusKey, "", "{"},
				{"/integrations/generic/20131114/alert/" + victorOpsKey + "x", "", "{}"},
			} {
				if got, err := w.post(a); err != nil || got.status/100 != 4 {
					t.Errorf("a bad alert: status %d, %v", got.status, err)
				}
			}
			w.reply(hal, "4")
			w.card(platform, id, "acknowledged by Hal Byrne after ")
			w.redis.Kill()
			if _, err := w.post(triggered("nobody keeps it", "")); err != nil {
				t.Errorf("an alert without a store: %v", err)
			}
			w.redis.Restart()
			w.send(prometheus("resolved", "DiskFull", "all is well"))

			metrics, err := ask(t, http.MethodGet, w.base()+"/metrics", "")
			if err != nil || metrics.status != http.StatusOK {
				t.Fatalf("metrics: status %d, %v", metrics.status, err)
			}
			for _, want := range []string{"earshot_alerts_total{", "earshot_pages_total{", "earshot_ack_seconds_count{", "earshot_incidents{",
				"earshot_escalation_lateness_seconds_count", "earshot_ingest_seconds_count", "earshot_chat_requests_total{"} {
				if !strings.Contains(metrics.body, want) {
					t.Errorf("no %s in the metrics", want)
				}
			}
			secrets := map[string]string{
				"API token": apiToken, "bot token": botToken, "signing secret": signingSecret, "Twilio token": twilioToken,
				"native key": nativeKey, "VictorOps key": victorOpsKey, "Alertmanager key": prometheusKey,
			}
			for person, number := range numbers {
				secrets["number of "+person] = strings.TrimPrefix(number, "+")
			}
			for name, secret := range secrets {
				if at := strings.Index(p.words(), secret); at >= 0 {
					t.Errorf("the %s is in the log: %s", name, p.words()[max(0, at-200):at+len(secret)])
				}
				if strings.Contains(metrics.body, secret) {
					t.Errorf("the %s is in the metrics", name)
				}
			}
		})
	}
}
