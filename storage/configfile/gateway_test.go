package configfile_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/storage/configfile"
)

const withGateway = "people: {}\nteams: {web: {}}\nsms_gateway:\n"

func gatewayEnv(name string) (string, bool) {
	switch name {
	case "SMS_KEY":
		return "canary-sms-key-2f61", true
	case "BROKEN":
		return "canary-{{.Broken}}", true
	}
	return "", false
}

func TestAnSMSGateway(t *testing.T) {
	tests := []struct {
		name, src string
		receipts  bool
	}{
		{"a modem that takes everything in the address", `
  url: "http://10.0.0.7/cgi-bin/sendsms?user=earshot&pass=${SMS_KEY}&to={{urlquery .To}}&text={{urlquery .Text}}"
  method: GET
`, false},
		{"a vendor with JSON and receipts", `
  url: https://api.example.com/v1/messages
  headers: {Authorization: "Bearer ${SMS_KEY}", X-Page: "{{.ID}}"}
  body: '{"to": {{json (digits .To)}}, "text": {{json .Text}}, "callback_url": {{json .Callback}}}'
  secret: "${SMS_KEY}"
`, true},
		{"a receipt only where there is a public URL", `
  url: https://api.example.com/send
  body: 'to={{urlquery .To}}&text={{urlquery .Text}}{{if .Callback}}&dlr={{urlquery .Callback}}{{end}}'
  secret: "${SMS_KEY}"
`, true},
		{"XML", `
  url: https://api.example.com/xml
  body: '<sms to="{{.To}}">{{html .Text}}</sms>'
`, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := configfile.Parse("f.yaml", []byte(withGateway+strings.TrimPrefix(tt.src, "\n")), gatewayEnv)
			if err != nil {
				t.Fatal(err)
			}
			if !c.Gateway.Ready() || c.Gateway.Receipts() != tt.receipts {
				t.Errorf("ready %v, receipts %v; want true, %v", c.Gateway.Ready(), c.Gateway.Receipts(), tt.receipts)
			}
			if printed := fmt.Sprintf("%v %+v %#v", c, c.Gateway, c.Gateway); strings.Contains(printed, "canary") {
				t.Errorf("printing it tells the key: %s", printed)
			}
		})
	}
}

func TestMistakesInAnSMSGateway(t *testing.T) {
	const ok = "  url: https://a.example.com/send\n"
	const body = `  body: '{"to": {{json .To}}, "text": {{json .Text}}}'` + "\n"
	tests := []struct{ name, src, want string }{
		{"no url", body, "f.yaml:4:3: this SMS gateway has no url; add url:"},
		{"an unknown key", ok + body + "  uri: x\n", `f.yaml:6:3: unknown key "uri"; did you mean "url"?`},
		{"a method that is none", ok + body + "  method: SEND\n", `f.yaml:6:11: method can't be "SEND"`},
		{"a template that does not end", ok + "  body: '{{.To'\n", "f.yaml:5:9: sms_gateway.body: this is no template: body:1: unclosed action"},
		{"a function that is not there", ok + "  body: '{{env .To}}'\n", `f.yaml:5:9: sms_gateway.body: this is no template: body:1: function "env" not defined`},
		{"a field that is not there", ok + "  body: '{{.Phone}} {{.To}} {{.Text}}'\n", "f.yaml:5:9: sms_gateway.body: this template can't be filled: body:1:2: executing"},
		{"an endless text", ok + "  body: '{{.To}} {{.Text}} {{printf \"%100000d\" 1}}'\n", "f.yaml:5:9: sms_gateway.body: this template can't be filled"},
		{"no address", "  url: sms.example.com/send\n" + body, "f.yaml:4:8: sms_gateway.url: this is no address; write it like https://"},
		{"another scheme", "  url: file:///etc/passwd\n" + body, "f.yaml:4:8: sms_gateway.url: this is no address"},
		{"the message chooses the host", "  url: 'https://{{.Text}}/send'\n" + body, "sms_gateway.url: "},
		{"the number chooses the host", "  url: 'https://a{{digits .To}}.example.com/send'\n" + body, "f.yaml:4:8: sms_gateway.url: the message decides which host is asked; write the host out"},
		{"a number as it is in a query", "  url: 'https://a.example.com/send?to={{.To}}&text={{urlquery .Text}}'\n", "f.yaml:4:8: sms_gateway.url: {{.To}} is not escaped here; write {{urlquery .To}}"},
		{"a text as it is in a query", "  url: 'https://a.example.com/send?to={{digits .To}}&text={{.Text}}'\n", "f.yaml:4:8: sms_gateway.url: {{.Text}} is not escaped here; write {{urlquery .Text}}"},
		{"a text as it is in JSON", ok + `  body: '{"to": {{json .To}}, "text": "{{.Text}}"}'` + "\n", "f.yaml:5:9: sms_gateway.body: this is no JSON when the text holds quotes"},
		{"a text as it is in a form", ok + "  body: 'to={{urlquery .To}}&text={{.Text}}'\n", "f.yaml:5:9: sms_gateway.body: {{.Text}} is not escaped here; write {{urlquery .Text}}"},
		{"a text as it is in XML", ok + "  body: '<to>{{.To}}</to><text>{{.Text}}</text>'\n", "f.yaml:5:9: sms_gateway.body: {{.Text}} is not escaped here; write {{html .Text}}"},
		{"the text is nowhere", ok + `  body: '{"to": {{json .To}}}'` + "\n", "f.yaml:4:3: sms_gateway: this gateway is never told the text"},
		{"the number is nowhere", ok + `  body: '{"text": {{json .Text}}}'` + "\n", "f.yaml:4:3: sms_gateway: this gateway is never told the number"},
		{"a body of a GET", ok + body + "  method: GET\n", "f.yaml:5:9: sms_gateway.body: a GET has no body"},
		{"a type that is none", ok + body + "  content_type: 'a b'\n", "sms_gateway.content_type: this is no type of a body"},
		{"two types", ok + body + "  content_type: text/plain\n  headers: {Content-Type: text/plain}\n", "f.yaml:7:27: sms_gateway.headers.Content-Type: the type of the body stands in content_type already"},
		{"a header that is made from the rest", ok + body + "  headers: {host: b.example.com}\n", "f.yaml:6:19: sms_gateway.headers.host: Host is made from the rest"},
		{"a header with a line break", ok + body + "  headers: {X-A: \"a\\nX-B: b\"}\n", "f.yaml:6:18: sms_gateway.headers.X-A: a header can't have a line break"},
		{"a header with an impossible name", ok + body + "  headers: {'X A': a}\n", "sms_gateway.headers.X A: no header has such a name"},
		{"receipts without a secret", ok + `  body: '{"to": {{json .To}}, "text": {{json .Text}}, "dlr": {{json .Callback}}}'` + "\n", "f.yaml:4:3: sms_gateway.secret: the secret that signs {{.Callback}} is shorter than 16 characters"},
		{"a variable that is not set", ok + body + "  headers: {X-Key: '${NOBODY}'}\n", "f.yaml:6:20: the environment variable NOBODY is not set"},
		{"a broken template from the environment", ok + body + "  headers: {X-Key: '${BROKEN}'}\n", "f.yaml:6:20: sms_gateway.headers.X-Key: this template can't be filled; write"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := configfile.Parse("f.yaml", []byte(withGateway+tt.src), gatewayEnv)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error = %v, want %q in it", err, tt.want)
			}
			if strings.Contains(err.Error(), "canary") {
				t.Errorf("the mistake repeats what the environment holds: %v", err)
			}
		})
	}
}
