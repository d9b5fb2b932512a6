package twiliofake

import (
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// listing is one page of resources, newest first.
func (s *Server) listing(resource, key string, form url.Values, all []map[string]any) map[string]any {
	size, _ := strconv.Atoi(form.Get("PageSize"))
	if size <= 0 {
		size = 50
	}
	size = min(size, 1000)
	page, _ := strconv.Atoi(form.Get("Page"))
	page = max(page, 0)
	from := min(page*size, len(all))
	to := min(from+size, len(all))
	base := "/" + version + "/Accounts/" + s.Options().AccountSID + "/" + resource + ".json"
	at := func(page int) string {
		query := url.Values{}
		for name, values := range form {
			query[name] = values
		}
		query.Set("Page", strconv.Itoa(page))
		query.Set("PageSize", strconv.Itoa(size))
		return base + "?" + query.Encode()
	}
	result := map[string]any{
		key: all[from:to], "page": page, "page_size": size, "start": from, "end": max(to-1, 0),
		"uri": at(page), "first_page_uri": at(0), "next_page_uri": nil, "previous_page_uri": nil,
	}
	if to < len(all) {
		result["next_page_uri"] = at(page + 1)
	}
	if page > 0 {
		result["previous_page_uri"] = at(page - 1)
	}
	return result
}

// span reads the filters NAME, NAME> and NAME< over a time, which has whole
// seconds as the API shows it.
func span(form url.Values, name string) (func(time.Time) bool, error) {
	var checks []func(time.Time) bool
	for _, part := range []struct {
		suffix string
		check  func(t, bound time.Time) bool
	}{
		{"", func(t, bound time.Time) bool { return sameDay(t, bound) }},
		{">", func(t, bound time.Time) bool { return !t.Before(bound) }},
		{"<", func(t, bound time.Time) bool { return !t.After(bound) }},
	} {
		raw := form.Get(name + part.suffix)
		if raw == "" {
			continue
		}
		bound, err := time.Parse(time.RFC3339, raw)
		if err != nil {
			if bound, err = time.Parse(time.DateOnly, raw); err != nil {
				return nil, fmt.Errorf("read %s: %w", name, err)
			}
		}
		checks = append(checks, func(t time.Time) bool { return part.check(t.Truncate(time.Second), bound) })
	}
	return func(t time.Time) bool {
		for _, check := range checks {
			if !check(t) {
				return false
			}
		}
		return true
	}, nil
}

func sameDay(a, b time.Time) bool {
	return a.UTC().Format(time.DateOnly) == b.UTC().Format(time.DateOnly)
}

// either reports whether a filter is absent or met.
func either(want, got string) bool { return want == "" || want == got }
