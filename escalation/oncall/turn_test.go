package oncall_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/earshot-oncall/earshot/escalation/oncall"
)

func TestParseTurn(t *testing.T) {
	tests := []struct {
		in   string
		want oncall.Turn
		ok   bool
	}{
		{"12h", oncall.Turn{N: 12, Unit: oncall.Hours}, true},
		{"1d", oncall.Turn{N: 1, Unit: oncall.Days}, true},
		{"2w", oncall.Turn{N: 2, Unit: oncall.Weeks}, true},
		{"1mo", oncall.Turn{N: 1, Unit: oncall.Months}, true},
		{"0d", oncall.Turn{}, false}, {"-1d", oncall.Turn{}, false}, {"1.5d", oncall.Turn{}, false}, {"d", oncall.Turn{}, false},
		{"1", oncall.Turn{}, false}, {"30m", oncall.Turn{}, false}, {"1y", oncall.Turn{}, false}, {"1d12h", oncall.Turn{}, false},
		{"10000h", oncall.Turn{}, false}, {"", oncall.Turn{}, false}, {" 1d", oncall.Turn{}, false},
	}
	for _, tt := range tests {
		got, err := oncall.ParseTurn(tt.in)
		if got != tt.want || (err == nil) != tt.ok {
			t.Errorf("%q gives %v, %v, want %v", tt.in, got, err, tt.want)
		}
		if tt.ok && got.String() != tt.in {
			t.Errorf("%q is written as %q", tt.in, got)
		}
	}
}

func TestDurations(t *testing.T) {
	tests := []struct {
		in      string
		want    time.Duration
		written string // empty: refused
	}{
		{"90s", 90 * time.Second, "1m30s"},
		{"10m", 10 * time.Minute, "10m"},
		{"12h", 12 * time.Hour, "12h"},
		{"1d", 24 * time.Hour, "1d"},
		{"2w", 14 * 24 * time.Hour, "2w"},
		{"1d12h", 36 * time.Hour, "1d12h"},
		{"1h30m", 90 * time.Minute, "1h30m"},
		{"1w3d", 10 * 24 * time.Hour, "10d"},
		{"0.5d", 12 * time.Hour, "12h"},
		{"1.5h", 90 * time.Minute, "1h30m"},
		{"1m500ms", 60500 * time.Millisecond, "1m500ms"},
		{"10µs", 10 * time.Microsecond, "10µs"},
		{"+5m", 5 * time.Minute, "5m"},
		{"0s", 0, "0s"},
		{"0", 0, "0s"},
		{"", 0, ""}, {"5", 0, ""}, {"-5m", 0, ""}, {"m", 0, ""}, {"5 m", 0, ""}, {"1d12", 0, ""}, {"1y", 0, ""}, {"d", 0, ""},
		{"1d-2h", 0, ""}, {"+", 0, ""}, {"1..5h", 0, ""}, {"99999999w", 0, ""}, {"15000w15000w", 0, ""},
	}
	for _, tt := range tests {
		got, err := oncall.ParseDuration(tt.in)
		if got != tt.want || (err == nil) != (tt.written != "") {
			t.Errorf("%q gives %v, %v, want %v", tt.in, got, err, tt.want)
		}
		if s := oncall.FormatDuration(got); err == nil && s != tt.written {
			t.Errorf("%q is written as %q, want %q", tt.in, s, tt.written)
		}
	}
	if got := oncall.FormatDuration(-90 * time.Second); got != "-1m30s" {
		t.Errorf("a negative duration is written as %q", got)
	}
}

func TestDurationsComeBackAsTheyWereWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := time.Duration(rapid.Int64Min(0).Draw(t, "duration"))
		if got, err := oncall.ParseDuration(oncall.FormatDuration(want)); err != nil || got != want {
			t.Fatalf("%v is written as %q and comes back as %v, %v", want, oncall.FormatDuration(want), got, err)
		}
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, s := range []string{"1d12h", "90s", "0", "1µs", "9223372036854775807ns"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := oncall.ParseDuration(s); d < 0 || err != nil && d != 0 {
			t.Errorf("%q gives %v, %v", s, d, err)
		}
		if d, err := time.ParseDuration(s); err == nil && !strings.HasPrefix(s, "-") {
			if got, err := oncall.ParseDuration(s); err != nil || got != d {
				t.Errorf("%q gives %v, %v, want Go's %v", s, got, err, d)
			}
		}
	})
}
