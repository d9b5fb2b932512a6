package app

import (
	"encoding/json"
	"net/http"

	"github.com/earshot-oncall/earshot/integrations/adminapi"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Handler returns everything that Earshot serves, on one page.
func (a *App) Handler() http.Handler {
	mux := http.NewServeMux()

	door := a.door.Handler()
	mux.Handle("/api/v1/alerts", door)
	mux.Handle("/integrations/", door)
	mux.Handle("/api/v2/", door)
	mux.Handle("/v2/", door)

	admin := adminapi.New(adminapi.Options{Token: a.settings.APIToken, Desk: adminDesk{a}, Now: a.now, Log: a.log}).Handler()
	mux.Handle("/api/v1/incidents", admin)
	mux.Handle("/api/v1/incidents/", admin)
	mux.Handle("/api/v1/reports", a.freshly(admin))
	mux.Handle("/api/v1/oncall", a.freshly(admin))
	mux.Handle("/calendar/", a.calendar.Handler())

	if a.settings.Slack.overHTTP() {
		mux.Handle("/slack/", a.slack.Handler(desk{a}))
	}
	if a.settings.Discord.PublicKey != "" && a.discord != nil {
		mux.Handle("/discord/", a.discord.Handler(desk{a}))
	}
	mux.Handle("/gateway/", a.gateway.Handler(desk{a}))
	if a.twilio != nil {
		mux.Handle("/twilio/", a.freshly(a.twilio.Handler(desk{a}))) // whose phone it is may have changed elsewhere
	}

	mux.HandleFunc("GET /healthz", a.alive)
	mux.HandleFunc("GET /readyz", a.ready)
	if a.settings.MetricsListen == "" {
		mux.Handle("GET /metrics", a.metricsHandler())
	}
	mux.HandleFunc("/", notFound)
	return contained(a.log, mux)
}

func (a *App) metricsHandler() http.Handler {
	return promhttp.HandlerFor(a.meters.registry, promhttp.HandlerOpts{})
}

func notFound(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusNotFound)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": "there is nothing at this path"})
}
