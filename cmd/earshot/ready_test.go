package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/oncall"
	"github.com/earshot-oncall/earshot/storage"
	"github.com/earshot-oncall/earshot/storage/redistest"
)

func TestCheckOnlineSaysWhatTheStoreKnowsOfPeoplesReach(t *testing.T) {
	const online = "testdata/online.yaml"
	p := newProviders(t)
	server := redistest.Start(t)
	client, err := storage.Dial(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	store := storage.New(storage.Options{Redis: client, Roster: func(oncall.Book) oncall.Roster { return oncall.Roster{} }, Now: func() time.Time { return noon }})
	if err := store.Sighted(t.Context(), []oncall.Sighting{{Person: "ana", Via: oncall.Chat, At: noon.Add(-2 * time.Hour)}, {Person: "ana", At: noon.Add(-time.Hour)}}); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Trouble(t.Context(), "ana", oncall.Trouble{Kind: oncall.Refused, Via: oncall.Chat, Since: noon, Words: "Slack refuses the bot"}); err != nil {
		t.Fatal(err)
	}
	const line = "reach of ana: Slack from the file, Discord from the file; delivered: chat 2h ago; acknowledged 1h ago; ⚠ Slack refuses the bot\n"
	tests := []struct {
		name  string
		flags string
		env   []string
		says  string
	}{
		{"with the store", "--online --strict", []string{"EARSHOT_REDIS_URL", server.URL()}, line},
		{"without one", "--online --strict", nil, "reach of ana: Slack from the file, Discord from the file\n"},
		{"offline the store is not asked", "--strict", []string{"EARSHOT_REDIS_URL", server.URL()}, "reach of ana: Slack from the file, Discord from the file\n"},
		{"a store that is away", "--online --strict", []string{"EARSHOT_REDIS_URL", "redis://127.0.0.1:1"}, "note: environment: how people were reached is not known: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := earshot(t, "", words("check "+tt.flags+" --config "+online), append(p.env, tt.env...)...)
			if got.status != 0 || !strings.Contains(got.out, tt.says) {
				t.Errorf("status %d: %s%s\nwant %q in it", got.status, got.out, got.err, tt.says)
			}
		})
	}
	t.Run("in JSON", func(t *testing.T) {
		got := earshot(t, "", words("check --online --json --config "+online), append(p.env, "EARSHOT_REDIS_URL", server.URL())...)
		var said struct{ People []standing }
		if err := json.Unmarshal([]byte(got.out), &said); err != nil || len(said.People) != 1 {
			t.Fatalf("%v in %s", err, got.out)
		}
		if ana := said.People[0]; ana.Person != "ana" || len(ana.Problems) != 1 || !strings.Contains(ana.Seen, "chat 2h ago") {
			t.Errorf("ana: %+v", ana)
		}
	})
	keys, err := client.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 1 {
		t.Errorf("check wrote to the store: %v, %v", keys, err)
	}
}
