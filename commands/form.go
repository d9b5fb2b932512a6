package commands

// A Form asks for the words that are missing. What is filled in becomes words
// again, as if they had been typed.
type Form struct {
	Title  string // at most 24 characters
	Submit string // the button's label, at most 24 characters
	Words  string // "override {schedule} {person} from {from} to {to}": each {name} stands for that field's value
	Note   string // above the fields; empty: nothing
	Fields []Field
}

// A FieldKind says how a Field is filled in.
type FieldKind string

// The kinds: one of some options, a moment (its value is RFC 3339), a line of text.
const (
	Choice FieldKind = "choice"
	Moment FieldKind = "moment"
	Line   FieldKind = "line"
)

// A Field is one question of a Form.
type Field struct {
	Name     string
	Label    string
	Kind     FieldKind
	Options  []Option // of a Choice, at most 100
	Value    string   // filled in already
	Hint     string
	Optional bool
}

// An Option is one answer to a Choice.
type Option struct {
	Value string
	Label string
}
