package configfile

import (
	"net/http"
	"strings"

	"github.com/earshot-oncall/earshot/integrations/gateway"
)

// gateway reads how SMS are sent through an HTTP interface; the zero Setup where
// the file has none.
func (r *reader) gateway(i item) gateway.Setup {
	if i.missing() {
		return gateway.Setup{}
	}
	f := r.fields(i, "sms_gateway", "url", "method", "headers", "body", "content_type", "secret")
	fields := recipeFields{reader: r, texts: map[string]text{}, whole: text{item: i}}
	before := len(r.mistakes)
	recipe := gateway.Recipe{
		URL:         fields.read("url", f["url"].item),
		Method:      r.choice(f["method"].item, "method", http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch),
		Body:        fields.read("body", f["body"].item),
		ContentType: fields.read("content_type", f["content_type"].item),
		Secret:      fields.read("secret", f["secret"].item),
		Headers:     map[string]string{},
	}
	for _, h := range r.members(f["headers"].item, "headers") {
		recipe.Headers[h.name] = fields.read("headers."+h.name, h.item)
	}
	if !f.has("url") {
		r.fault(i.at, "add url: https://sms.example.com/send", "this SMS gateway has no url")
	}
	if len(r.mistakes) > before {
		return gateway.Setup{}
	}
	recipe.Hidden = fields.hidden
	setup, flaws := gateway.Compile(recipe)
	for _, flaw := range flaws {
		fields.tell(flaw)
	}
	return setup
}

// recipeFields are the values of a gateway's recipe, by the names of its flaws.
type recipeFields struct {
	*reader
	texts  map[string]text
	whole  text     // stands for what is not there
	hidden []string // what the environment put into them
}

func (f *recipeFields) read(name string, i item) string {
	t, ok := f.text(i, name)
	if !ok {
		return ""
	}
	f.texts[name] = t
	for _, ref := range variable.FindAllStringSubmatch(i.node.Value, -1) {
		value, _ := f.env(ref[1]) // one that is not set is a mistake already
		f.hidden = append(f.hidden, value)
	}
	return t.value
}

// tell reports a flaw where it stands. What a parser said of a value that may be
// secret is left out.
func (f *recipeFields) tell(flaw gateway.Flaw) {
	t, written := f.texts[flaw.Field]
	if !written {
		t = f.whole
	}
	wrong := "sms_gateway"
	if flaw.Field != "" {
		wrong += "." + flaw.Field
	}
	wrong += ": " + flaw.Wrong
	if flaw.Cause != nil && !t.replaced {
		wrong += ": " + strings.Join(strings.Fields(flaw.Cause.Error()), " ")
	}
	f.fault(t.at, flaw.Remedy, "%s", wrong)
}
