package chart

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/earshot-oncall/earshot/escalation/report"
)

func sample(days int) report.Report {
	r := report.Report{}
	for i := range days {
		d := report.Day{Start: time.Date(2026, time.March, 1+i, 0, 0, 0, 0, time.UTC), Incidents: i % 5, Nights: i % 2}
		r.Days, r.Incidents = append(r.Days, d), r.Incidents+d.Incidents
	}
	return r
}

func TestThePictureReadsOnAnyGround(t *testing.T) {
	for _, days := range []int{1, 7, 90} {
		body, alt, err := Draw(sample(days), "Platform, 7 days", time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if path := os.Getenv("CHART_OUT"); path != "" && days == 7 {
			if err := os.WriteFile(path, body, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		pic, err := png.Decode(bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		if size := pic.Bounds().Size(); size != (image.Point{X: 900, Y: 420}) {
			t.Errorf("size = %v", size)
		}
		seen := map[color.RGBA]int{}
		for y := range pic.Bounds().Dy() {
			for x := range pic.Bounds().Dx() {
				c := color.RGBAModel.Convert(pic.At(x, y)).(color.RGBA)
				if c.A != 0xff {
					t.Fatalf("the picture is see-through at %d,%d: it has to bring its own ground", x, y)
				}
				seen[c]++
			}
		}
		if corner := color.RGBAModel.Convert(pic.At(0, 0)); corner != ground {
			t.Errorf("ground = %v", corner)
		}
		if days > 1 && (seen[amber] == 0 || seen[violet] == 0) {
			t.Errorf("%d days: no bars are seen", days)
		}
		if !strings.HasPrefix(alt, "Bar chart. Platform, 7 days. Incidents per day, ") {
			t.Errorf("alt = %q", alt)
		}
	}
}

func TestTheAltTextTellsTheDays(t *testing.T) {
	_, alt, err := Draw(sample(4), "Platform", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	want := "Bar chart. Platform. Incidents per day, 6 in all: 2 Mar 1 (night wakes: 1), 3 Mar 2, 4 Mar 3 (night wakes: 1)."
	if alt != want {
		t.Errorf("alt = %q\nwant  %q", alt, want)
	}
}

func TestTicksAreWholeNumbers(t *testing.T) {
	for _, tt := range []struct {
		high float64
		want int
	}{{1.15, 2}, {5, 6}, {23, 5}, {4100, 5}} {
		if got := (whole{}).Ticks(0, tt.high); len(got) != tt.want {
			t.Errorf("up to %v: %d ticks, want %d: %v", tt.high, len(got), tt.want, got)
		}
	}
}
