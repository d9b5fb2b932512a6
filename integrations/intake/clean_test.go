package intake

import (
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/earshot-oncall/earshot/escalation/incident"
)

func TestLine(t *testing.T) {
	tests := []struct {
		name, in, want string
	}{
		{"plain words stay", "Disk full on web-1: 91 %", "Disk full on web-1: 91 %"},
		{"letters of all scripts stay", "ディスク满 größer żółć 🔥", "ディスク满 größer żółć 🔥"},
		{"line breaks and tabs become blanks", "a\r\nb\tc\u2028d", "a b c d"},
		{"control characters go", "a\x00b\x1b[31mc\x7f", "ab[31mc"},
		{"bidirectional overrides go", "x\u202egpj.exe\u2066y\u200f", "xgpj.exey"},
		{"zero-width characters go", "a\u200bb\ufeffc\u200dd\u00ade", "abcde"},
		{"letters that nobody sees go", "a\u3164b\u115fc\u034fd", "abcd"},
		{"tags go", "a\U000E0041\U000E007Fb", "ab"},
		{"invalid UTF-8 is replaced", "a\xff\xfeb\xc3", "a\uFFFDb\uFFFD"},
		{"blanks at the ends go", "  a  b ", "a b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := line(tt.in, maxTitle); got != tt.want {
				t.Errorf("line(%q) = %q, want %q", tt.in, got, tt.want)
			}
		})
	}
}

func TestBounds(t *testing.T) {
	long := strings.Repeat("ä", 10_000)
	a := incident.Alert{Title: long, Source: long, RoutingKey: long, Labels: map[string]string{}, Annotations: map[string]string{"note": long}}
	for i := range 500 {
		a.Labels[fmt.Sprintf("a%03d", i)] = long
	}
	a.Labels["severity"], a.Labels["\x00"], a.Labels["empty"] = "info", "nameless", ""
	for range 100 {
		a.Links = append(a.Links, incident.Link{Href: fmt.Sprintf("https://example.com/%d", len(a.Links))})
	}
	a = clean(a)
	for what, got := range map[string][2]int{
		"title":       {len(a.Title), maxTitle},
		"source":      {len(a.Source), maxWord},
		"routing key": {len(a.RoutingKey), maxWord},
		"labels":      {len(a.Labels), maxLabels},
		"a label":     {len(a.Labels["a001"]), maxLabel},
		"annotation":  {len(a.Annotations["note"]), maxAnnotation},
		"links":       {len(a.Links), maxLinks},
	} {
		if got[0] > got[1] || got[0] < got[1]-4 {
			t.Errorf("%s: %d, want nearly %d", what, got[0], got[1])
		}
	}
	if a.Labels["severity"] != "info" {
		t.Error("the severity was dropped")
	}
	if _, ok := a.Labels["empty"]; ok || !utf8.ValidString(a.Title) {
		t.Errorf("labels %v, title %q", a.Labels, a.Title)
	}
}

func TestLinks(t *testing.T) {
	var from []incident.Link
	for _, href := range []string{
		"https://example.com/run?a=1#x", "http://10.0.0.1:9093", "https://example.com/run?a=1#x",
		"javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https://good.example@evil.example/", "//example.com", "", "https:///x", "https://x\u202e.example", "%zz",
	} {
		from = append(from, incident.Link{Href: href, Text: "see\u202e this\n"})
	}
	want := []incident.Link{{Href: "https://example.com/run?a=1#x", Text: "see this"}, {Href: "http://10.0.0.1:9093", Text: "see this"}}
	if got := links(from); !reflect.DeepEqual(got, want) {
		t.Errorf("links = %v, want %v", got, want)
	}
}

func TestDedupKeepsKeysApart(t *testing.T) {
	if got := dedup("web-1/disk"); got != "web-1/disk" {
		t.Errorf("a plain key became %q", got)
	}
	long := strings.Repeat("k", 5000)
	for _, pair := range [][2]string{{long + "1", long + "2"}, {"a\x00b", "ab"}, {"a\u200bb", "ab"}, {"a ", "a"}} {
		a, b := dedup(pair[0]), dedup(pair[1])
		if a == b || len(a) > maxDedup {
			t.Errorf("%.20q and %.20q became %q and %q", pair[0], pair[1], a, b)
		}
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	i := Integration{Name: "any", Key: "hunter2"}
	var log strings.Builder
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "key", i.Key, "integration", i)
	text, err := i.Key.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprint(i, i.Key, &i) + fmt.Sprintf("%v %+v %#v %q %s %x", i, i, i, i.Key, i.Key, i.Key) + log.String() + string(text)
	if strings.Contains(all, "hunter2") || strings.Contains(all, "68756e74657232") {
		t.Errorf("the key is seen in %s", all)
	}
}
