package demo

import (
	"encoding/json"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/bot/discord/discordfake"
	"github.com/earshot-oncall/earshot/bot/slack/slackfake"
)

func TestFormsAreTheSameWhereverTheyComeFrom(t *testing.T) {
	no := false
	tests := []struct {
		name string
		got  *form
		want form
	}{
		{"of Slack: a note, a menu, a moment and a line", viewForm(slackfake.View{ID: "V1", JSON: json.RawMessage(`{
			"title":{"text":"Override"},"submit":{"text":"Put on call"},"blocks":[
			{"type":"section","text":{"text":"In place of *Ana*."}},
			{"type":"input","block_id":"who","label":{"text":"Who"},"element":{"type":"static_select","initial_option":{"value":"@ben"},"options":[{"text":{"text":"Ben"},"value":"@ben"}]}},
			{"type":"input","block_id":"from","label":{"text":"From"},"hint":{"text":"soon"},"element":{"type":"datetimepicker","initial_date_time":1773046800}},
			{"type":"input","block_id":"why","label":{"text":"Why"},"optional":true,"element":{"type":"plain_text_input","initial_value":"a dentist","max_length":500}}]}`)}),
			form{ID: "V1", Title: "Override", Submit: "Put on call", Note: "In place of *Ana*.", Fields: []field{
				{Name: "who", Label: "Who", Value: "@ben", Options: []choice{{"Ben", "@ben"}}},
				{Name: "from", Label: "From", Hint: "soon", Value: "1773046800", Moment: true},
				{Name: "why", Label: "Why", Value: "a dentist", Optional: true, Max: 500},
			}}},
		{"of Discord: lines", modalForm(discordfake.Answer{ID: "77", Modal: &discordfake.Modal{Title: "Note", Components: []discordfake.Component{
			{Type: discordfake.Row, Components: []discordfake.Component{{Type: discordfake.TextInput, CustomID: "text", Label: "Words", Style: 2, MaxLength: 500, Placeholder: "here", Required: &no}}},
		}}}),
			form{ID: "77", Title: "Note", Submit: "Submit", Fields: []field{{Name: "text", Label: "Words", Inside: "here", Optional: true, Long: true, Max: 500}}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.got == nil || !reflect.DeepEqual(*tt.got, tt.want) {
				t.Errorf("form %+v, want %+v", tt.got, tt.want)
			}
		})
	}
	if modalForm(discordfake.Answer{}) != nil {
		t.Error("an answer without a form has one")
	}
}

func TestWordsOfAGroupStandAfterItsName(t *testing.T) {
	id := discordfake.Option{Type: discordfake.StringOption, Name: "id", Description: "The incident", Autocomplete: true}
	got := vocabulary([]discordfake.Command{{Name: "oncall", Options: []discordfake.Option{
		{Type: discordfake.Subcommand, Name: "ack", Description: "take it", Options: []discordfake.Option{id}},
		{Type: discordfake.SubcommandGroup, Name: "more", Options: []discordfake.Option{{Type: discordfake.Subcommand, Name: "audit", Description: "who did"}}},
	}}})
	want := []vocable{{"ack", "take it", []option{{"id", "The incident", true}}}, {"more audit", "who did", []option{}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("words %+v, want %+v", got, want)
	}
}

func TestWhatIsUploadedRunsNowhere(t *testing.T) {
	tests := []struct{ name, file, want string }{
		{"a chart is a picture", "report.png", "image/png"},
		{"a write-up is words", "PLATFORM-1.md", "text/plain; charset=utf-8"},
		{"a page is words, too", "evil.html", "text/plain; charset=utf-8"},
		{"so is a drawing that could hold a script", "evil.svg", "text/plain; charset=utf-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := httptest.NewRecorder()
			give(w, httptest.NewRequest("GET", "/", nil), tt.file, []byte("<script>"))
			if got := w.Header().Get("Content-Type"); got != tt.want || !strings.Contains(w.Body.String(), "<script>") {
				t.Errorf("%s is given as %q, want %q", tt.file, got, tt.want)
			}
		})
	}
}
