package configfile_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/earshot-oncall/earshot/storage/configfile"
)

var update = flag.Bool("update", false, "write the mistakes as they are now")

func TestEveryMistakeAtOnce(t *testing.T) {
	env := func(name string) (string, bool) { return "hunter2", name == "LEGACY_KEY" || name == "BEN_PHONE" }
	c, err := configfile.Load(filepath.Join("testdata", "mistakes.yaml"), env)
	if c != nil || err == nil {
		t.Fatal("a file full of mistakes loads")
	}
	golden := filepath.Join("testdata", "mistakes.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(err.Error()+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, readErr := os.ReadFile(golden)
	if readErr != nil {
		t.Fatal(readErr)
	}
	got, lines := strings.Split(err.Error()+"\n", "\n"), strings.Split(string(want), "\n")
	for i := range max(len(got), len(lines)) {
		if i >= len(got) || i >= len(lines) || got[i] != lines[i] {
			t.Fatalf("line %d differs; all of it:\n%s", i+1, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("a mistake repeats what the environment holds")
	}
}

func TestMistakes(t *testing.T) {
	const whole = "people: {}\nteams: {web: {}}\n"
	tests := []struct {
		name string
		src  string
		want string
	}{
		{"an empty file lacks both", "", "f.yaml:1:1: there are no people; add people:\nf.yaml:1:1: there are no teams; add teams:"},
		{"not a mapping", "- a\n", "f.yaml:1:1: the file is a list, not a mapping; write key: value pairs below it"},
		{"not YAML", "people: {\nteams: ]\n", "f.yaml:1:1: not YAML: did not find expected node content; mend the indentation, quotes or brackets near that line"},
		{"a tab", "people:\n\tana: {}\n", "f.yaml:2:1: not YAML: found character that cannot start any token; mend the indentation, quotes or brackets near that line"},
		{"a second document", whole + "---\nteams: {}\n", "f.yaml:3:1: a second document begins here; keep one document in a file and include the others"},
		{"a key of several words", whole + "admins: []\n? [a, b]\n: c\n", "f.yaml:4:3: this key is not a single word; use a word as the key"},
		{"a file to include that is not there", whole + "include: nowhere.yaml\n", `f.yaml:3:10: there is no file "nowhere.yaml"; create it or take it out`},
		{"a pattern that is none", whole + "include: ['[']\n", `f.yaml:3:11: "[" is no pattern of file names; write a path such as teams/*.yaml`},
		{"a merge of a word", whole + "grouping: {<<: a, by: [b]}\n", "f.yaml:3:16: a single value can't be merged; merge a mapping: <<: *name"},
		{"no team at all for an integration", whole + "integrations: {any: {type: generic, key: k}}\n", "f.yaml:3:16: integration any has no team and there is no catch_all; add team: NAME here or catch_all: NAME at the top"},
		{"an announcement of a schedule that is not there",
			"people: {}\nteams: {web: {schedules: {devs: {}}, announce: {schedules: [dev]}}}\n",
			`f.yaml:2:61: schedules: there is no schedule "dev"; did you mean "devs"?`},
		{"a thread that tells what is not known", "people: {}\nteams: {web: {thread: al}}\n", `f.yaml:2:23: thread can't be "al"; did you mean "all"?`},
		{"a key with a blank is not repeated", whole + "catch_all: web\nintegrations: {any: {type: generic, key: hunter 2}}\n", "f.yaml:4:42: the key of integration any has a blank or a line break in it; use a key without blanks"},
		{"a policy of no team", whole + "routes: [{match: [], policy: nite}]\n", `f.yaml:3:30: policy: there is no policy "nite"; there is none yet: define it or take this out`},
		{"a person's key", "people: {'ana b': {}}\nteams: {}\n", `f.yaml:1:10: "ana b" can't be the key of a person; use letters, digits, '.', - and _, a letter or digit first`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := configfile.Parse("f.yaml", []byte(tt.src), environment)
			if err == nil {
				t.Fatal("no mistake found")
			}
			if err.Error() != tt.want {
				t.Errorf("got:\n%s\nwant:\n%s", err, tt.want)
			}
		})
	}
}

func TestMissingFile(t *testing.T) {
	_, err := configfile.Load("nowhere/earshot.yaml", environment)
	const want = "nowhere/earshot.yaml: cannot be read: no such file or directory; check the path and who may read it"
	if err == nil || err.Error() != want {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestAliasesThatMultiplyAreRefused(t *testing.T) {
	var b strings.Builder
	b.WriteString("people: {x: {}}\nteams:\n  t: &t {members: [")
	b.WriteString(strings.Repeat("x, ", 2000) + "]}\n")
	for n := range 2000 {
		fmt.Fprintf(&b, "  t%d: *t\n", n)
	}
	_, err := configfile.Parse("f.yaml", []byte(b.String()), environment)
	if err == nil || !strings.Contains(err.Error(), "aliases and merge keys repeat too much; write some of them out") {
		t.Fatalf("error = %v", err)
	}
}

func TestCyclesEnd(t *testing.T) {
	for _, src := range []string{
		"people: &p {ana: *p}\nteams: {}\n",
		"people: {}\nteams: &t {<<: *t}\n",
		"people: {}\nteams: {}\nroutes: &r [{match: *r}]\n",
		"people: {}\nteams: {web: &w {schedules: &s {a: {layers: &l [{participants: *l}]}, b: *s}}}\n",
	} {
		if _, err := configfile.Parse("f.yaml", []byte(src), environment); err == nil {
			t.Errorf("no mistake found in %q", src)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"full.yaml", "mistakes.yaml"} {
		src, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(src))
	}
	f.Add("people: &p {ana: *p}\nteams: {<<: [*p, *p]}\n")
	f.Fuzz(func(t *testing.T, src string) {
		if strings.Contains(src, "include") {
			t.Skip("would read other files")
		}
		c, err := configfile.Parse("f.yaml", []byte(src), environment)
		if (c == nil) == (err == nil) {
			t.Errorf("config %v and error %v", c, err)
		}
	})
}
