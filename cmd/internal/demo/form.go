package demo

// A form is what either platform asks somebody to fill in.
type form struct {
	ID     string  `json:"id"`
	Title  string  `json:"title"`
	Submit string  `json:"submit"`
	Note   string  `json:"note,omitempty"` // in the platform's markup
	Fields []field `json:"fields"`
}

// A field is one thing to fill in: a line, a choice or a moment.
type field struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Hint     string   `json:"hint,omitempty"`
	Value    string   `json:"value,omitempty"`  // a moment's: seconds since 1970
	Inside   string   `json:"inside,omitempty"` // what stands in the empty line
	Optional bool     `json:"optional,omitempty"`
	Moment   bool     `json:"moment,omitempty"`
	Long     bool     `json:"long,omitempty"`
	Max      int      `json:"max,omitempty"`
	Options  []choice `json:"options,omitempty"`
}

// A choice is one line of a menu.
type choice struct {
	Label string `json:"label"`
	Value string `json:"value"`
}
