package discordfake_test

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/bwmarrin/discordgo"
	"github.com/gorilla/websocket"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
)

// A heard packet is one as it came.
type heard struct {
	Op   int             `json:"op"`
	Seq  int             `json:"s"`
	Type string          `json:"t"`
	Data json.RawMessage `json:"d"`
}

// wire is a connection to the gateway, packet by packet.
type wire struct {
	t    *testing.T
	conn *websocket.Conn
}

// dial connects and reads the hello.
func dial(t *testing.T, fake *discordfake.Server) wire {
	t.Helper()
	server := httptest.NewServer(fake)
	conn, res, err := websocket.DefaultDialer.Dial("ws"+strings.TrimPrefix(server.URL, "http")+"/?v=9&encoding=json", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	t.Cleanup(func() { _ = conn.Close(); fake.Close(); server.Close() })
	w := wire{t, conn}
	if p := w.hear(); p.Op != 10 || !strings.Contains(string(p.Data), "41250") {
		t.Fatalf("first packet %+v, want the hello", p)
	}
	return w
}

func (w wire) say(body string) {
	w.t.Helper()
	if err := w.conn.WriteMessage(websocket.TextMessage, []byte(body)); err != nil {
		w.t.Fatal(err)
	}
}

func (w wire) hear() heard {
	w.t.Helper()
	var p heard
	_ = w.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	if err := w.conn.ReadJSON(&p); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// end reads on to the code that the connection is closed with; 0: it was cut.
func (w wire) end() int {
	w.t.Helper()
	_ = w.conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	for {
		_, _, err := w.conn.ReadMessage()
		var closed *websocket.CloseError
		switch {
		case err == nil:
		case errors.As(err, &closed) && closed.Code >= 4000:
			return closed.Code
		case strings.Contains(err.Error(), "timeout"):
			w.t.Fatal("the connection still stands")
		default:
			return 0
		}
	}
}

// identify introduces the bot, and returns its session.
func (w wire) identify(intents string) string {
	w.t.Helper()
	w.say(`{"op":2,"d":{"token":"Bot discordfake-token","intents":` + intents + `,"properties":{}}}`)
	p := w.hear()
	var ready struct {
		Session string `json:"session_id"`
	}
	if err := json.Unmarshal(p.Data, &ready); err != nil || p.Type != "READY" || p.Seq != 1 || ready.Session == "" {
		w.t.Fatalf("packet %+v, want READY", p)
	}
	return ready.Session
}

func furnished(options discordfake.Options) *discordfake.Server {
	fake := discordfake.New(options)
	fake.AddUser("2001", "ana", false)
	fake.AddChannel(room, "platform", discordfake.Text, false)
	return fake
}

func TestTheLibraryConnectsAndAnswersAnInteraction(t *testing.T) {
	fake, bot := world(t, discordfake.Options{})
	register(t, bot, fake)
	if _, err := fake.Command("2001", room, "oncall who", nil); !errors.Is(err, discordfake.ErrNoAnswer) {
		t.Fatalf("nobody is connected: %v", err)
	}
	bot.Identify.Intents = discordgo.IntentsGuilds
	bot.AddHandler(func(s *discordgo.Session, in *discordgo.InteractionCreate) {
		_ = s.InteractionRespond(in.Interaction, &discordgo.InteractionResponse{Type: discordgo.InteractionResponseChannelMessageWithSource,
			Data: &discordgo.InteractionResponseData{Content: "ana", Flags: discordgo.MessageFlagsEphemeral, AllowedMentions: quiet()}})
	})
	if err := bot.Open(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bot.Close() })
	shown, err := fake.Command("2001", room, "oncall who", nil)
	if err != nil || shown.Message.Content != "ana" || shown.Message.For != "2001" {
		t.Errorf("shown = %+v, %v", shown, err)
	}
	if who := fake.Identities(); len(who) != 1 || who[0].Intents != int(discordgo.IntentsGuilds) || fake.Connected() != 1 {
		t.Errorf("identities = %+v", who)
	}
}

func TestEventsComeToWhoAskedForThem(t *testing.T) {
	tests := []struct {
		name, intents string
		want          []string // types, and a message's text
	}{
		{"none but interactions", "0", nil},
		{"guilds", "1", []string{"GUILD_CREATE"}},
		{"members", "2", []string{"GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE"}},
		{"messages without their text", "512", []string{"MESSAGE_CREATE ", "MESSAGE_CREATE <@9000> ack"}},
		{"messages with it", "33280", []string{"MESSAGE_CREATE hello", "MESSAGE_CREATE <@9000> ack"}},
		{"direct messages", "4096", []string{"MESSAGE_CREATE hi bot"}},
		{"reactions", "1024", []string{"MESSAGE_REACTION_ADD"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := furnished(discordfake.Options{})
			fake.AddRole("1000", "4001", "oncall", 1)
			w := dial(t, fake)
			w.identify(tt.intents)
			said, err := fake.Say("2001", room, "hello")
			if err != nil {
				t.Fatal(err)
			}
			_, err = fake.Say("2001", room, "<@9000> ack")
			if err := errors.Join(err, fake.React("2001", said.ID, "👀")); err != nil {
				t.Fatal(err)
			}
			if _, err := fake.Say("2001", "", "hi bot"); err != nil {
				t.Fatal(err)
			}
			fake.AddUser("2002", "ben", false)
			if status, _, answer := ask(t, fake, "PUT", "guilds/1000/members/2002/roles/4001", ""); status != 204 {
				t.Fatalf("role: %d %s", status, answer)
			}
			fake.Leave("1000", "2002")
			fake.Dispatch("END", nil)
			var got []string
			for p := w.hear(); p.Type != "END"; p = w.hear() {
				var m struct {
					Content string `json:"content"`
				}
				_ = json.Unmarshal(p.Data, &m)
				line := p.Type
				if p.Type == "MESSAGE_CREATE" {
					line += " " + m.Content
				}
				got = append(got, line)
			}
			if strings.Join(got, "|") != strings.Join(tt.want, "|") {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestF52AConnectionThatEndsIsResumedOrNot(t *testing.T) {
	tests := []struct {
		name    string
		end     func(*discordfake.Server)
		code    int
		resumes bool
	}{
		{"closed with 4000", func(f *discordfake.Server) { f.Hangup(4000) }, 4000, true},
		{"closed with 4007", func(f *discordfake.Server) { f.Hangup(4007) }, 4007, false},
		{"closed with 4008", func(f *discordfake.Server) { f.Hangup(4008) }, 4008, true},
		{"closed with 4009", func(f *discordfake.Server) { f.Hangup(4009) }, 4009, false},
		{"cut", func(f *discordfake.Server) { f.Drop() }, 0, true},
		{"cut and forgotten", func(f *discordfake.Server) { f.Forget(); f.Drop() }, 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fake := furnished(discordfake.Options{})
			w := dial(t, fake)
			session := w.identify("512")
			tt.end(fake)
			if got := w.end(); got != tt.code || fake.Connected() != 0 {
				t.Fatalf("ended with %d, %d connected, want %d", got, fake.Connected(), tt.code)
			}
			if _, err := fake.Say("2001", room, "missed"); err != nil {
				t.Fatal(err)
			}
			w = dial(t, fake)
			w.say(`{"op":6,"d":{"token":"discordfake-token","session_id":"` + session + `","seq":1}}`)
			p := w.hear()
			if !tt.resumes {
				if p.Op != 9 || string(p.Data) != "false" {
					t.Errorf("packet %+v, want an invalid session", p)
				}
				w.identify("512")
				return
			}
			if p.Type != "MESSAGE_CREATE" || p.Seq != 2 {
				t.Errorf("packet %+v, want what was missed", p)
			}
			if p := w.hear(); p.Type != "RESUMED" || fake.Connected() != 1 {
				t.Errorf("packet %+v, want RESUMED", p)
			}
		})
	}
}

func TestTheGatewayClosesOnMistakes(t *testing.T) {
	const identify = `{"op":2,"d":{"token":"Bot discordfake-token","intents":1}}`
	tests := []struct {
		name string
		says []string
		code int
	}{
		{"an operation that is none", []string{`{"op":99}`}, 4001},
		{"no JSON", []string{`op`}, 4002},
		{"a word before its name", []string{`{"op":3}`}, 4003},
		{"an old token", []string{`{"op":2,"d":{"token":"old","intents":1}}`}, 4004},
		{"an old token to resume", []string{`{"op":6,"d":{"token":"old"}}`}, 4004},
		{"a name twice", []string{identify, identify}, 4005},
		{"an intent that isn't allowed", []string{`{"op":2,"d":{"token":"Bot discordfake-token","intents":32768}}`}, 4014},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := dial(t, furnished(discordfake.Options{Disallowed: 1 << 15}))
			for _, text := range tt.says {
				w.say(text)
			}
			if got := w.end(); got != tt.code {
				t.Errorf("closed with %d, want %d", got, tt.code)
			}
		})
	}
}

func TestHeartbeatsAreAnsweredUnlessItIsSilent(t *testing.T) {
	fake := furnished(discordfake.Options{})
	w := dial(t, fake)
	w.say(`{"op":1,"d":null}`)
	if p := w.hear(); p.Op != 11 {
		t.Errorf("packet %+v, want the acknowledgement", p)
	}
	session := w.identify("512")
	fake.Silence(true)
	w.say(`{"op":1,"d":1}`)
	if _, err := fake.Say("2001", room, "unheard"); err != nil {
		t.Fatal(err)
	}
	fake.Drop()
	if got := w.end(); got != 0 {
		t.Errorf("closed with %d", got)
	}
	fake.Silence(false)
	w = dial(t, fake)
	w.say(`{"op":6,"d":{"token":"discordfake-token","session_id":"` + session + `","seq":1}}`)
	if p := w.hear(); p.Type != "MESSAGE_CREATE" {
		t.Errorf("packet %+v, want what went unheard", p)
	}
	if p := w.hear(); p.Type != "RESUMED" {
		t.Errorf("packet %+v", p)
	}
	fake.AskReconnect()
	if p := w.hear(); p.Op != 7 {
		t.Errorf("packet %+v, want to come again", p)
	}
	fake.Invalidate(false)
	if p := w.hear(); p.Op != 9 || string(p.Data) != "false" {
		t.Errorf("packet %+v, want an invalid session", p)
	}
}
