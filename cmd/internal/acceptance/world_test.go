package acceptance

import (
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
	"github.com/earshot-oncall/earshot/integrations/twilio/twiliofake"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

// What must appear in no log and no metric.
const (
	apiToken      = "canary-api-token-5e1f"
	botToken      = "xoxb-canary-bot-7c2a"
	signingSecret = "canary-signing-secret-90bd"
	twilioToken   = "canarytwiliotoken4d6e"
	nativeKey     = "canary-native-key-b8f3"
	victorOpsKey  = "canary-victorops-key-16ca"
	prometheusKey = "canary-prometheus-key-e2d0"
)

// publicURL is how the outside world reaches earshot; twiliofake knows where that
// really is, as the proxy in front would.
const publicURL = "https://oncall.example.com"

// People of all the worlds, by key; hal has no chat.
var (
	slackIDs = map[string]string{
		"ana": "U0ANA", "ben": "U0BEN", "wes": "U0WES", "dina": "U0DINA", "paul": "U0PAUL", "mona": "U0MONA",
	}
	numbers = map[string]string{
		"ana": "+16175550101", "ben": "+16175550102", "wes": "+16175550103", "dina": "+16175550105",
		"paul": "+16175550106", "mona": "+16175550107", "hal": "+16175550108",
	}
)

// Channels of all the worlds.
const (
	platform = "C0PLATFORM"
	web      = "C0WEB"
)

// A world is everything around earshot.
type world struct {
	t      *testing.T
	slack  *slackfake.Server
	phones *twiliofake.Server
	redis  *redistest.Server // nil where earshot runs its own
	addr   string            // where earshot listens, also after a restart
	config string            // the file
	env    map[string]string
}

// newWorld prepares a world with a redis-server and a configuration.
func newWorld(t *testing.T, config string) *world {
	t.Helper()
	return newWorldOn(t, redistest.Start(t), config)
}

// newWorldOn prepares a world on a given redis-server; without one, earshot runs
// its own.
func newWorldOn(t *testing.T, redis *redistest.Server, config string) *world {
	t.Helper()
	w := &world{t: t, redis: redis, addr: freeAddress(t), config: filepath.Join(t.TempDir(), "earshot.yaml")}
	w.write(config)
	w.slack = slackfake.New(slackfake.Options{BotToken: botToken, SigningSecret: signingSecret})
	w.phones = twiliofake.New(twiliofake.Options{AuthToken: twilioToken})
	slackSite, phoneSite := httptest.NewServer(w.slack), httptest.NewServer(w.phones)
	t.Cleanup(slackSite.Close)
	t.Cleanup(phoneSite.Close)
	t.Cleanup(w.slack.Close)
	t.Cleanup(w.phones.Close)
	w.slack.SetURL(slackSite.URL)
	for _, key := range slices.Sorted(maps.Keys(slackIDs)) {
		w.slack.AddUser(slackIDs[key], key, "Europe/London")
	}
	everybody := slices.Collect(maps.Values(slackIDs))
	w.slack.AddChannel(platform, "platform", everybody...)
	w.slack.AddChannel(web, "web", everybody...)
	w.env = map[string]string{
		"EARSHOT_LISTEN": w.addr, "EARSHOT_PUBLIC_URL": publicURL, "EARSHOT_API_TOKEN": apiToken,
		"SLACK_BOT_TOKEN": botToken, "SLACK_SIGNING_SECRET": signingSecret, "SLACK_API_URL": slackSite.URL + "/api/",
		"TWILIO_ACCOUNT_SID": w.phones.Options().AccountSID, "TWILIO_AUTH_TOKEN": twilioToken,
		"TWILIO_FROM_NUMBER": w.phones.Options().From, "TWILIO_API_URL": phoneSite.URL,
		"NATIVE_KEY": nativeKey, "VO_KEY": victorOpsKey, "PROM_KEY": prometheusKey,
	}
	if redis != nil {
		w.env["EARSHOT_REDIS_URL"] = redis.URL()
	}
	w.reach(w.addr)
	return w
}

// write replaces the configuration.
func (w *world) write(config string) {
	w.t.Helper()
	if err := os.WriteFile(w.config, []byte(config), 0o600); err != nil {
		w.t.Fatalf("write configuration: %v", err)
	}
}

// reach says where Slack and Twilio find earshot.
func (w *world) reach(addr string) {
	base := "http://" + addr
	w.slack.SetApp(base+"/slack/commands", base+"/slack/interactions")
	w.phones.SetApp(publicURL, base, publicURL+"/twilio/sms")
}

// launch starts earshot with more settings, as NAME=value.
func (w *world) launch(more ...string) *program {
	w.t.Helper()
	env := maps.Clone(w.env)
	for _, setting := range more {
		name, value, _ := strings.Cut(setting, "=")
		env[name] = value
	}
	all := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + w.t.TempDir()}
	for name, value := range env {
		all = append(all, name+"="+value)
	}
	return run(w.t, "http://"+env["EARSHOT_LISTEN"], all, "serve", "--config", w.config)
}

// start starts earshot and waits until it is ready.
func (w *world) start(more ...string) *program {
	w.t.Helper()
	return w.launch(more...).ready()
}

// base is where earshot is asked.
func (w *world) base() string { return "http://" + w.addr }
