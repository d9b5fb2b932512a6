package app

import (
	"context"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// meters are the figures of /metrics; the names are the contract's.
type meters struct {
	registry *prometheus.Registry
	alerts   *prometheus.CounterVec
	ingest   prometheus.Histogram
	pages    *prometheus.CounterVec
	lateness prometheus.Histogram
	chat     *prometheus.CounterVec
	phone    *prometheus.CounterVec
	ack      *prometheus.HistogramVec
}

func newMeters() *meters {
	m := &meters{
		registry: prometheus.NewRegistry(),
		alerts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "earshot_alerts_total", Help: "Requests of alert senders, by integration and result.",
		}, []string{"integration", "result"}),
		ingest: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "earshot_ingest_seconds", Help: "Time to store an alert and answer its sender.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2, 14),
		}),
		pages: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "earshot_pages_total", Help: "Messages to people, by method and result.",
		}, []string{"via", "result"}),
		lateness: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "earshot_escalation_lateness_seconds", Help: "From when a page was due to the request to its provider.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2, 5, 15, 60, 300},
		}),
		chat: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "earshot_chat_requests_total", Help: "Requests to chat providers.",
		}, []string{"provider", "method", "result"}),
		phone: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "earshot_phone_requests_total", Help: "Requests to phone providers.",
		}, []string{"provider", "method", "result"}),
		ack: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "earshot_ack_seconds", Help: "From the first page to the acknowledgement.",
			Buckets: []float64{5, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200},
		}, []string{"team"}),
	}
	m.registry.MustRegister(m.alerts, m.ingest, m.pages, m.lateness, m.chat, m.phone, m.ack,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds the figures that are read from the store at each scrape.
func (m *meters) watch(a *App) { m.registry.MustRegister(gauges{a}) }

// alert counts one request of a sender.
func (m *meters) alert(integration, result string, took time.Duration) {
	m.alerts.WithLabelValues(integration, result).Inc()
	m.ingest.Observe(took.Seconds())
}

// PageDone implements escalation.Observer.
func (m *meters) PageDone(via oncall.Method, result string) {
	m.pages.WithLabelValues(string(via), result).Inc()
}

// Lateness implements escalation.Observer.
func (m *meters) Lateness(d time.Duration) { m.lateness.Observe(d.Seconds()) }

// Acknowledged implements escalation.Observer.
func (m *meters) Acknowledged(team oncall.TeamID, after time.Duration) {
	m.ack.WithLabelValues(string(team)).Observe(after.Seconds())
}

// An observer measures, and remembers who was reached.
type observer struct {
	*meters
	witness *witness
}

// Sighted implements escalation.Observer.
func (o observer) Sighted(s oncall.Sighting) { o.witness.add(s) }

// gauges reads what is open and what waits in the queues.
type gauges struct{ app *App }

var (
	incidentsDesc = prometheus.NewDesc("earshot_incidents", "Open incidents, by team and state.", []string{"team", "state"}, nil)
	queueDesc     = prometheus.NewDesc("earshot_queue_tasks", "asynq tasks, by queue and state.", []string{"queue", "state"}, nil)
)

// scrapeTime bounds the reads of one scrape.
const scrapeTime = 2 * time.Second

// Describe implements prometheus.Collector.
func (g gauges) Describe(ch chan<- *prometheus.Desc) {
	ch <- incidentsDesc
	ch <- queueDesc
}

// Collect implements prometheus.Collector. What can't be read is left out.
func (g gauges) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeTime)
	defer cancel()
	if counts, err := g.app.store.Counts(ctx); err == nil {
		for team, states := range counts {
			for state, n := range states {
				ch <- prometheus.MustNewConstMetric(incidentsDesc, prometheus.GaugeValue, float64(n), string(team), string(state))
			}
		}
	}
	depths, err := g.app.queue.Depth(ctx)
	if err != nil {
		return
	}
	for name, d := range depths {
		for state, n := range map[string]int{"pending": d.Pending, "active": d.Active, "scheduled": d.Scheduled, "retry": d.Retry, "archived": d.Archived} {
			ch <- prometheus.MustNewConstMetric(queueDesc, prometheus.GaugeValue, float64(n), name, state)
		}
	}
}
