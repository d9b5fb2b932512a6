package discord

import (
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

// threaded shows an incident that is over, and returns its card, in whose thread the
// end is told.
func threaded(t *testing.T, s *stage) (card discordfake.Message, in incident.Incident) {
	t.Helper()
	in = state("resolved")
	scene := s.scene(in, "")
	scene.News = []incident.Entry{{At: in.OpenedAt, Kind: incident.KindResolved, Text: "resolved by ana"}}
	if _, err := s.client.Show(t.Context(), scene); err != nil {
		t.Fatal(err)
	}
	card = s.Messages(platform)[0]
	return card, in
}

func TestAReactionPutsAMessageOnTheTimeline(t *testing.T) {
	s := newStage(t, true)
	card, in := threaded(t, s)
	said, err := s.Say("2002", card.ID, "it is the\n**cache**")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range [][3]string{{"2001", said.ID, "👀"}, {"2001", s.Messages(card.ID)[0].ID, "📌"}, {"2001", card.ID, "📌"}, {"2001", said.ID, "📌"}} {
		if err := s.React(r[0], r[1], r[2]); err != nil {
			t.Fatal(err)
		}
	}
	s.await(t, "the mark is heard", func() bool { return len(s.desk.requests()) > 0 })
	asked := s.desk.requests()
	if len(asked) != 1 {
		t.Fatalf("requests = %+v, want one", asked)
	}
	got := asked[0]
	want := commands.Mark{
		Ref: card.ID + ":" + said.ID, Author: incident.By("ben"), Text: "it is the **cache**",
		Link: "https://discord.com/channels/" + s.Options().Guild + "/" + card.ID + "/" + said.ID,
	}
	if got.Text != "mark" || got.Focus != in.ID || got.Team != "platform" || got.By != incident.By("ana") || *got.Mark != want {
		t.Errorf("request = %+v with %+v\nwant %+v", got, *got.Mark, want)
	}
}

func TestWhoMayNotMarkIsTold(t *testing.T) {
	s := newStage(t, true)
	card, _ := threaded(t, s)
	said, err := s.Say("2002", card.ID, "look")
	if err != nil {
		t.Fatal(err)
	}
	s.desk.answers(commands.Reply{Text: "Only Platform's members may."}, nil)
	if err := s.React("2009", said.ID, "📌"); err != nil {
		t.Fatal(err)
	}
	s.await(t, "the refusal", func() bool {
		told := s.DMs("2009")
		return len(told) == 1 && strings.Contains(told[0].Content, "Only Platform's members may.")
	})
}

func TestWithoutItsWordsAMessageIsLinked(t *testing.T) {
	var r reaction
	r.Server, r.ChannelID, r.MessageID = "1", "2", "3"
	got := mark(newStage(t, false).desk.roster, r, written{Author: user{ID: "2002"}})
	if got.Text != "(a message whose words Discord does not let Earshot read)" || got.Link != "https://discord.com/channels/1/2/3" {
		t.Errorf("mark = %+v", got)
	}
}

func TestTheWriteUpStandsInTheThread(t *testing.T) {
	for _, tt := range []struct {
		name string
		ref  func(discordfake.Message) string
	}{
		{"below the card", func(m discordfake.Message) string { return platform + ":" + m.ID }},
		{"without a card", func(discordfake.Message) string { return "" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newStage(t, false)
			card, in := threaded(t, s)
			summary := s.Messages(card.ID)[0]
			ref := tt.ref(card)
			s.desk.answers(commands.Reply{Text: "It follows.", OK: true, Incident: in.ID, File: &commands.File{
				Name: "PLATFORM-42.md", Text: "# PLATFORM-42\n", Cards: []incident.Card{
					{Board: "slack", Channel: "C0", Ref: "C0:1.2"}, {Board: "discord", Channel: platform, Ref: ref},
				},
			}}, nil)
			if _, err := s.Press("2001", summary.ID, "v1:writeup:"+string(in.ID)); err != nil {
				t.Fatal(err)
			}
			where := func() []discordfake.Message {
				if ref == "" {
					return s.DMs("2001")
				}
				return s.Messages(card.ID)[1:]
			}
			s.await(t, "the file", func() bool { return len(where()) == 1 })
			if text := s.File(where()[0].ID, "PLATFORM-42.md"); string(text) != "# PLATFORM-42\n" {
				t.Errorf("the file says %q", text)
			}
		})
	}
}
