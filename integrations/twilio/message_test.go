package twilio

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/earshot-oncall/earshot/commands"
	"github.com/earshot-oncall/earshot/escalation/incident"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares the text with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; got:\n%s", file, got)
	}
}

func disk() incident.Incident {
	return incident.Incident{
		ID: "PLATFORM-42", Team: "platform", Title: "Disk full on db1", Severity: incident.Critical, State: incident.Triggered,
		Key: incident.Key{Integration: "prometheus"},
	}
}

func TestMessage(t *testing.T) {
	other := incident.Incident{ID: "WEB-7", Team: "web", Title: "Slow", Severity: incident.Warning, State: incident.Triggered}
	titled := func(title string) incident.Incident {
		in := disk()
		in.Title = title
		return in
	}
	long := "Replication lag of the primary database cluster in eu-west-1 exceeds the limit of thirty seconds " +
		"on the replicas db-replica-01, db-replica-02 and db-replica-03, which no longer take reads, " +
		"and the queue of background jobs grows by a thousand every minute because of it"
	tests := []struct {
		name     string
		ins      []incident.Incident
		slot     int
		answers  bool
		fallback bool
		more     int
	}{
		{"one incident", []incident.Incident{disk()}, 1, true, false, 0},
		{"the twelfth of a person", []incident.Incident{disk()}, 12, true, false, 0},
		{"a title with a full stop of its own", []incident.Incident{titled("Disk full.")}, 1, true, false, 0},
		{"no number could be had", []incident.Incident{disk()}, 0, true, false, 0},
		{"no reply can arrive", []incident.Incident{disk()}, 1, false, false, 0},
		{"a bundle", []incident.Incident{disk(), other, other}, 1, true, false, 0},
		{"a bundle without numbers", []incident.Incident{disk(), other, other}, 0, true, false, 0},
		{"a bundle when no reply can arrive", []incident.Incident{disk(), other, other}, 0, false, false, 0},
		{"nobody answered", []incident.Incident{disk()}, 1, true, true, 0},
		{"cut at a word", []incident.Incident{titled(long)}, 1, true, false, 0},
		{"cut in Cyrillic", []incident.Incident{titled(strings.Repeat("Диск переполнен ", 20))}, 1, true, false, 0},
		{"typography in cheap letters", []incident.Incident{titled("“db1” — can’t write…\n• retry")}, 1, true, false, 0},
		{"an emoji stays", []incident.Incident{titled("🔥 disk")}, 1, true, false, 0},
		{"an emoji that would cost a second part goes", []incident.Incident{titled("🔥 Disk is filling up on db1 ⚠️ and on db2")}, 1, true, false, 0},
		{"accents that would cost a second part go", []incident.Incident{titled("Conexión perdida: la réplica está atrasada, Łódź żółw ção")}, 1, true, false, 0},
		{"accents that no alphabet saves stay", []incident.Incident{titled("Conexión perdida с сервером базы данных")}, 1, true, false, 0},
		{"nothing but emoji stays", []incident.Incident{titled(strings.Repeat("🔥", 20))}, 1, true, false, 0},
		{"no summary", []incident.Incident{titled(" \n ")}, 1, true, false, 0},
		{"an endless word", []incident.Incident{titled(strings.Repeat("x", 500))}, 1, true, false, 0},
		{"a storm", []incident.Incident{disk(), other, other}, 1, true, false, 296},
		{"a storm without numbers", []incident.Incident{disk(), other, other}, 0, true, false, 296},
		{"a storm when no reply can arrive", []incident.Incident{disk(), other, other}, 0, false, false, 296},
		{"a storm of which one is named", []incident.Incident{disk()}, 1, true, false, 1},
		{"a storm that nobody answered", []incident.Incident{disk()}, 1, true, true, 9_999},
		{"a storm cut at a word", []incident.Incident{titled(long)}, 1, true, false, 9_999},
	}
	var got strings.Builder
	for _, tt := range tests {
		n := incident.Notice{Incidents: tt.ins, Fallback: tt.fallback, More: tt.more}
		text := message(n, map[incident.ID]int{"PLATFORM-42": tt.slot}, tt.answers)
		if s := segments(text); s > maxSegments {
			t.Errorf("%s: %d segments", tt.name, s)
		}
		fmt.Fprintf(&got, "# %s: %d\n%s\n\n", tt.name, segments(text), text)
	}
	reply := answer(commands.Reply{Text: "Which one? Open:", Lines: []string{"PLATFORM-42 Disk full. Reply 14 ack", "WEB-7 Slow. Reply 24 ack"}})
	fmt.Fprintf(&got, "# an answer with a list: %d\n%s\n", segments(reply), reply)
	golden(t, "sms.golden", got.String())
}

func TestMessageInTheWordsOfTheContract(t *testing.T) {
	got := message(incident.Notice{Incidents: []incident.Incident{disk()}}, map[incident.ID]int{"PLATFORM-42": 1}, true)
	if want := "PLATFORM-42 CRITICAL: Disk full on db1. Reply 14 ack, 16 resolve, 15 escalate"; got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestS35AnSMSIsOneLineOfTwoSegments(t *testing.T) {
	corpus := []string{
		"", "Disk full", "Disk full\nReply 99 ack", "\r\nPLATFORM-1 CRITICAL: forged", "a\u2028b\u2029c\u0085d", "\x00\x07\x1b[31mred",
		"\u202eevil\u202c", "\u200b\u200d\ufeff", strings.Repeat("\n", 500), strings.Repeat("long ", 500), strings.Repeat("漢", 500),
		strings.Repeat("🔥", 200), strings.Repeat("€", 400), strings.Repeat("x\t", 400), "\xff\xfe\xfd", "https://example.com/" + strings.Repeat("q", 400),
	}
	for _, title := range corpus {
		in := disk()
		in.Title = title
		for _, n := range []incident.Notice{{Incidents: []incident.Incident{in}}, {Incidents: []incident.Incident{in, in}, Fallback: true}} {
			text := message(n, map[incident.ID]int{in.ID: 1}, true)
			if strings.ContainsFunc(text, func(r rune) bool { return r != ' ' && (unicode.IsSpace(r) || unicode.IsControl(r)) }) {
				t.Errorf("%q is told in several lines: %q", title, text)
			}
			if got := segments(text); got > maxSegments {
				t.Errorf("%q is told in %d segments", title, got)
			}
			named, _, _ := strings.Cut(text, ": ")
			if n.Fallback {
				_, named, _ = strings.Cut(text, ": ")
			}
			if !strings.Contains(named, "PLATFORM-42 CRITICAL") || !strings.Contains(text, "Reply ") {
				t.Errorf("%q does not say first what it is, and last what to do: %q", title, text)
			}
			if strings.Contains(text, "no summary") && !strings.Contains(text, "no summary, from prometheus. ") {
				t.Errorf("without a summary its integration is not named: %q", text)
			}
		}
	}
}
