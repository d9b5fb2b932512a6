package storage

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestWhatIsPackedIsReadAgain(t *testing.T) {
	in := fired("PLATFORM-1", disk)
	in.Title = "Scheibe voll \U0001F525"
	packed, err := pack(in)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if 2*len(packed) > len(plain) {
		t.Errorf("%d bytes packed, %d plain", len(packed), len(plain))
	}
	for name, stored := range map[string][]byte{"packed": packed, "as it was stored before": plain} {
		var got incident.Incident
		if err := unpack(string(stored), &got); err != nil || got.Title != in.Title || !reflect.DeepEqual(got.Policy, in.Policy) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
	for _, broken := range []string{"", "x", string(packed[:len(packed)/2]), "(\xb5/\xfd"} {
		var got incident.Incident
		if err := unpack(broken, &got); err == nil {
			t.Errorf("%q was read as %+v", broken, got)
		}
	}
}

func BenchmarkPack(b *testing.B) {
	in := fired("PLATFORM-1", disk)
	b.Run("pack", func(b *testing.B) {
		for b.Loop() {
			if _, err := pack(in); err != nil {
				b.Fatal(err)
			}
		}
	})
	packed, err := pack(in)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("unpack", func(b *testing.B) {
		for b.Loop() {
			var got incident.Incident
			if err := unpack(string(packed), &got); err != nil {
				b.Fatal(err)
			}
		}
	})
}
