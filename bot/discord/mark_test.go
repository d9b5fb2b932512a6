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

// TestTheMenuOfAMessageMarksIt says it in a thread, where that is about its incident,
// and in the channel, where a menu asks.
func TestTheMenuOfAMessageMarksIt(t *testing.T) {
	which := commands.Reply{Text: "On the timeline of which incident?", Form: &commands.Form{
		Title: "Add to the timeline", Words: "mark {incident}",
		Fields: []commands.Field{{Name: "incident", Label: "Incident", Kind: commands.Choice, Options: []commands.Option{{Value: "PLATFORM-43"}, {Value: "PLATFORM-44"}}}},
	}}
	for _, gateway := range []bool{false, true} {
		s := newStage(t, gateway)
		card, in := threaded(t, s)
		want := func(channel, message string) commands.Mark {
			return commands.Mark{
				Ref: channel + ":" + message, Author: incident.By("ben"), Text: "customers call",
				Link: "https://discord.com/channels/" + s.Options().Guild + "/" + channel + "/" + message,
			}
		}
		inside, err := s.Say("2002", card.ID, "customers call")
		if err != nil {
			t.Fatal(err)
		}
		s.desk.answers(commands.Reply{Text: "The message is on the timeline.", OK: true}, nil)
		if told, err := s.Choose("2001", inside.ID, markCommand); err != nil || !told.Ephemeral() || told.Message.Content != "The message is on the timeline." {
			t.Fatalf("answer %+v, %v", told.Message, err)
		}
		if got := s.desk.requests()[0]; got.Text != "mark" || got.Focus != in.ID || got.By != incident.By("ana") || *got.Mark != want(card.ID, inside.ID) {
			t.Errorf("in the thread: %+v with %+v", got, got.Mark)
		}
		outside, err := s.Say("2002", platform, "customers call")
		if err != nil {
			t.Fatal(err)
		}
		s.desk.answers(which, nil)
		asked, err := s.Choose("2001", outside.ID, markCommand)
		if err != nil || !asked.Ephemeral() || len(asked.Message.Controls()) != 1 {
			t.Fatalf("answer %+v, %v", asked.Message, err)
		}
		s.desk.answers(commands.Reply{Text: "Done.", OK: true}, nil)
		if _, err := s.Select("2001", asked.Message.ID, asked.Message.Controls()[0], "say:mark PLATFORM-44"); err != nil {
			t.Fatal(err)
		}
		all := s.desk.requests()
		if got := all[len(all)-1]; len(all) != 3 || all[1].Focus != "" || got.Text != "mark PLATFORM-44" || got.Mark == nil || *got.Mark != want(platform, outside.ID) {
			t.Errorf("in the channel: %+v", all)
		}
	}
}

func TestWhatIsNotMarkedByTheMenu(t *testing.T) {
	s := newStage(t, false)
	card, _ := threaded(t, s)
	told, err := s.Choose("2001", card.ID, markCommand)
	if err != nil || !strings.Contains(told.Message.Content, "stands on the timeline already") || len(s.desk.requests()) != 0 {
		t.Errorf("our own card: %q, %v, asked %+v", told.Message.Content, err, s.desk.requests())
	}
	for _, packed := range []string{"", "{}", "no mark", `{"Text":"x"}`} {
		if got := unpackMark(packed); got != nil {
			t.Errorf("%q is the mark %+v", packed, got)
		}
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
	got := mark(newStage(t, false).desk.roster, "1", sent{"2", "3"}, written{Author: user{ID: "2002"}}, unread)
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
