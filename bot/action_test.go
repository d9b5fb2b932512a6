package bot

import "testing"

func TestActionsComeBackAsTheyWere(t *testing.T) {
	for text, want := range map[string]Action{
		"v1:ack:PLATFORM-42":       {"ack", "PLATFORM-42", ""},
		"v1:snooze:PLATFORM-42:1h": {"snooze", "PLATFORM-42", "1h"},
		"v1:add:WEB-SHOP-1:a:b":    {"add", "WEB-SHOP-1", "a:b"},
	} {
		if got, ok := DecodeAction(text); !ok || got != want {
			t.Errorf("DecodeAction(%q) = %+v, %v, want %+v", text, got, ok, want)
		}
		if got := EncodeAction(want); got != text {
			t.Errorf("EncodeAction(%+v) = %q, want %q", want, got, text)
		}
	}
}

func FuzzDecodeAction(f *testing.F) {
	for _, s := range []string{"", "v1:", "v1:ack", "v1:ack:", "v1:ack:platform-42", "v2:ack:PLATFORM-42", "v1:ACK:PLATFORM-42", "v1:ack:PLATFORM-42:", "v1:ack:-1", "v1:ack:PLATFORM-042"} {
		f.Add(s)
		if a, ok := DecodeAction(s); ok && s != "v1:ack:PLATFORM-042" {
			f.Errorf("DecodeAction(%q) = %+v", s, a)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		if a, ok := DecodeAction(s); ok && EncodeAction(a) != s {
			t.Errorf("DecodeAction(%q) = %+v, which is written %q", s, a, EncodeAction(a))
		}
	})
}
