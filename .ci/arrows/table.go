package main

// mayImport lists, room by room, which of our own rooms may be imported. A room
// that is missing here may import none: draw its arrows first.
var mayImport = map[string][]string{
	"cmd/earshot": {
		"cmd/internal/app", "cmd/internal/demo", "storage/configfile",
		"escalation", "escalation/simulate", "escalation/oncall",
	},
	"cmd/internal/demo": {
		"cmd/internal/app",
		"bot/slack/slackfake", "bot/discord/discordfake", "integrations/twilio/twiliofake",
	},

	"cmd/internal/app": {
		"bot", "bot/chart", "bot/wire", "bot/slack", "bot/discord", "commands",
		"integrations/intake", "integrations/calendar", "integrations/twilio", "integrations/gateway", "integrations/adminapi",
		"escalation", "escalation/handoff", "escalation/queue", "escalation/report", "escalation/simulate",
		"escalation/incident", "escalation/oncall",
		"storage", "storage/configfile", "storage/redisd",
	},

	"bot/slack":           {"bot", "bot/wire", "commands", "escalation/incident", "escalation/oncall"},
	"bot/discord":         {"bot", "bot/wire", "commands", "escalation/incident", "escalation/oncall"},
	"integrations/twilio": {"commands", "integrations/breaker", "integrations/receipt", "escalation/incident", "escalation/oncall"},

	"integrations/gateway": {"integrations/breaker", "integrations/receipt", "escalation/incident", "escalation/oncall"},
	"integrations/breaker": {"escalation/incident"},
	"integrations/receipt": {"escalation/incident"},

	"bot/bottest":                {"escalation/incident", "escalation/oncall"},
	"bot/wire":                   {"bot", "commands", "escalation/incident", "escalation/oncall"},
	"escalation":                 {"escalation/incident", "escalation/oncall"},
	"escalation/handoff":         {"escalation/incident", "escalation/oncall"},
	"escalation/queue":           {"escalation/incident", "escalation/oncall"},
	"escalation/report":          {"escalation/incident", "escalation/oncall"},
	"integrations/adminapi":      {"escalation/report", "escalation/incident", "escalation/oncall"},
	"escalation/queue/queuefake": {"escalation/incident", "escalation/oncall"},
	"bot":                        {"escalation/incident", "escalation/oncall"},
	"bot/chart":                  {"escalation/report"},
	"commands":                   {"escalation/report", "escalation/incident", "escalation/oncall"},
	"integrations/intake":        {"escalation/incident", "escalation/oncall"},
	"integrations/calendar":      {"escalation/incident", "escalation/oncall"},
	"storage":                    {"escalation/incident", "escalation/oncall"},
	"storage/configfile":         {"integrations/intake", "integrations/gateway", "escalation/oncall"},
	"escalation/simulate": {
		"escalation", "escalation/queue/queuefake", "escalation/incident", "escalation/oncall",
	},

	"escalation/incident": {"escalation/oncall"},
	"escalation/oncall":   {},

	"bot/slack/slackfake":            {},
	"bot/discord/discordfake":        {},
	"integrations/twilio/twiliofake": {},
}

// sdkHomes says which rooms may import an SDK, or anything below its path; with
// no home it serves tests alone.
var sdkHomes = map[string][]string{
	"github.com/slack-go/slack":         {"bot/slack"},
	"github.com/bwmarrin/discordgo":     {"bot/discord"},
	"github.com/twilio/twilio-go":       {"integrations/twilio"},
	"github.com/redis/go-redis":         {"storage", "escalation/queue", "cmd/internal/app"},
	"github.com/hibiken/asynq":          {"escalation/queue"},
	"github.com/go-redis/redis_rate":    {"storage"},
	"github.com/alicebob/miniredis":     {"cmd/internal/demo"},
	"github.com/arran4/golang-ical":     {"integrations/calendar"},
	"github.com/emersion/go-ical":       {},
	"github.com/chromedp/chromedp":      {},
	"gonum.org/v1/plot":                 {"bot/chart"},
	"github.com/PagerDuty/go-pagerduty": {},
	"pgregory.net/rapid":                {},
}

// standardOnly lists the rooms that import nothing from outside but what stands
// beside them here.
var standardOnly = map[string][]string{
	"escalation/oncall":              {},
	"escalation/incident":            {},
	"bot/slack/slackfake":            {"github.com/gorilla/websocket"},
	"bot/discord/discordfake":        {"github.com/gorilla/websocket"},
	"integrations/twilio/twiliofake": {"github.com/gorilla/websocket"},
}

// pureRooms decide without doing: values in, values out.
var pureRooms = []string{"escalation/oncall", "escalation/incident"}

// impure are standard packages, with all below them, that reach outside or make
// the same arguments give another answer.
var impure = []string{
	"context", "crypto/rand", "database", "log", "math/rand", "net", "os", "plugin",
	"runtime", "syscall", "testing",
}

// impureButHarmless are the exceptions: values to log, no logger; parsers, no network.
var impureButHarmless = []string{"log/slog", "net/netip", "net/url"}

// clocks are the functions of package time that read or wait on a clock.
var clocks = map[string]bool{
	"Now": true, "Since": true, "Until": true, "Sleep": true, "After": true,
	"AfterFunc": true, "Tick": true, "NewTimer": true, "NewTicker": true,
}
