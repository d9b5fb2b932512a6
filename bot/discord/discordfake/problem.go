package discordfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// A problem is an error as Discord words it.
type problem struct {
	status  int
	code    int
	message string
	fields  []fieldError
	retry   time.Duration
	global  bool
}

// A fieldError says what is wrong with one field of a form: "embeds.0.title".
type fieldError struct{ path, code, message string }

// MarshalJSON implements json.Marshaler.
func (p *problem) MarshalJSON() ([]byte, error) {
	out := map[string]any{"message": p.message}
	if p.status == http.StatusTooManyRequests {
		out["retry_after"], out["global"] = p.retry.Seconds(), p.global
		return json.Marshal(out)
	}
	out["code"] = p.code
	if len(p.fields) > 0 {
		out["errors"] = p.tree()
	}
	return json.Marshal(out)
}

// tree nests the fields as Discord does: {"embeds":{"0":{"title":{"_errors":[...]}}}}.
func (p *problem) tree() map[string]any {
	root := map[string]any{}
	for _, f := range p.fields {
		at := root
		for name := range strings.SplitSeq(f.path, ".") {
			below, ok := at[name].(map[string]any)
			if !ok {
				below = map[string]any{}
				at[name] = below
			}
			at = below
		}
		list, _ := at["_errors"].([]map[string]string)
		at["_errors"] = append(list, map[string]string{"code": f.code, "message": f.message})
	}
	return root
}

func refuse(status, code int, message string) *problem {
	return &problem{status: status, code: code, message: message}
}

func notFound(code int, what string) *problem {
	return refuse(http.StatusNotFound, code, "Unknown "+what)
}

func forbidden(code int, message string) *problem {
	return refuse(http.StatusForbidden, code, message)
}

func unauthorized() *problem { return refuse(http.StatusUnauthorized, 0, "401: Unauthorized") }

func missingAccess() *problem { return forbidden(50001, "Missing Access") }

func missingPermissions() *problem { return forbidden(50013, "Missing Permissions") }

// A form collects what is wrong with a body.
type form struct {
	fields []fieldError
}

// problem is nil where nothing is wrong.
func (f *form) problem() *problem {
	if len(f.fields) == 0 {
		return nil
	}
	return &problem{status: http.StatusBadRequest, code: 50035, message: "Invalid Form Body", fields: f.fields}
}

func (f *form) wrong(path, code, message string, args ...any) {
	f.fields = append(f.fields, fieldError{path, code, fmt.Sprintf(message, args...)})
}

// text checks a text's length in characters; least above 0 makes it required.
func (f *form) text(path, text string, least, most int) {
	n := utf8.RuneCountInString(text)
	switch {
	case least > 0 && strings.TrimSpace(text) == "":
		f.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")
	case n < least || n > most:
		f.wrong(path, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, most)
	}
}

// count checks how many there are of something.
func (f *form) count(path string, n, least, most int) {
	if n < least || n > most {
		f.wrong(path, "BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, most)
	}
}

// choice checks that a number is among those allowed.
func (f *form) choice(path string, n int, allowed ...int) {
	for _, a := range allowed {
		if n == a {
			return
		}
	}
	f.wrong(path, "BASE_TYPE_CHOICES", "Value must be one of %v.", allowed)
}

// under joins a path: under("embeds", 0, "title") is "embeds.0.title".
func under(parts ...any) string {
	words := make([]string, 0, len(parts))
	for _, part := range parts {
		switch p := part.(type) {
		case int:
			words = append(words, strconv.Itoa(p))
		case string:
			if p != "" {
				words = append(words, p)
			}
		}
	}
	return strings.Join(words, ".")
}
