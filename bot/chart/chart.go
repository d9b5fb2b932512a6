// Package chart draws a report as one picture: incidents per day, and how many of them
// woke somebody.
//
// The picture brings its own dark ground and light ink, so that it reads the same in a
// light and in a dark chat.
package chart

import (
	"bytes"
	"fmt"
	"image/color"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"

	"github.com/earshot-oncall/earshot/escalation/report"
)

// The picture's size on a screen of 96 dots an inch: 900 by 420 dots.
const (
	width  = 9.375 * vg.Inch
	height = 4.375 * vg.Inch
	margin = vg.Length(14)
)

var (
	ground = color.RGBA{0x1e, 0x21, 0x26, 0xff}
	ink    = color.RGBA{0xe6, 0xe8, 0xeb, 0xff}
	faint  = color.RGBA{0x4a, 0x50, 0x59, 0xff}
	amber  = color.RGBA{0xe8, 0xa3, 0x3d, 0xff} // incidents
	violet = color.RGBA{0x9d, 0x8c, 0xf2, 0xff} // night wakes
)

// mostLabels is how many days are named below the bars.
const mostLabels = 10

// Draw returns the report's picture as PNG, and what it shows in words for whoever
// can't see it. Days are named on the clock of zone.
func Draw(r report.Report, title string, zone *time.Location) (png []byte, alt string, err error) {
	p := plot.New()
	style(p, title)
	incidents, nights := make(plotter.Values, len(r.Days)), make(plotter.Values, len(r.Days))
	names := make([]string, len(r.Days))
	every := (len(r.Days) + mostLabels - 1) / mostLabels
	for i, d := range r.Days {
		incidents[i], nights[i] = float64(d.Incidents), float64(d.Nights)
		if i%max(every, 1) == 0 {
			names[i] = d.Start.In(zone).Format("2 Jan")
		}
	}
	bar := (width - 2*vg.Inch) / vg.Length(2*len(r.Days)+1)
	for _, b := range []struct {
		values plotter.Values
		color  color.Color
		offset vg.Length
		name   string
	}{{incidents, amber, -bar / 2, "incidents"}, {nights, violet, bar / 2, "night wakes"}} {
		bars, err := plotter.NewBarChart(b.values, bar*0.9)
		if err != nil {
			return nil, "", fmt.Errorf("draw %s: %w", b.name, err)
		}
		bars.Color, bars.LineStyle.Width, bars.Offset = b.color, 0, b.offset
		p.Add(bars)
		p.Legend.Add(b.name, bars)
	}
	p.NominalX(names...)
	p.X.Min, p.X.Max = -0.7, float64(len(r.Days))-0.3
	p.Y.Min, p.Y.Max = 0, max(p.Y.Max, 1)*1.15

	canvas := vgimg.New(width, height)
	sheet := draw.New(canvas)
	sheet.FillPolygon(ground, []vg.Point{{}, {X: width}, {X: width, Y: height}, {Y: height}})
	p.Draw(draw.Crop(sheet, margin, -margin, margin, -margin))
	var out bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: canvas}).WriteTo(&out); err != nil {
		return nil, "", fmt.Errorf("draw the chart: %w", err)
	}
	return out.Bytes(), describe(r, title, zone), nil
}

// style sets the ground, the ink and the type.
func style(p *plot.Plot, title string) {
	p.BackgroundColor = ground
	p.Title.Text, p.Title.Padding = title, vg.Points(10)
	p.Title.TextStyle.Color, p.Title.TextStyle.Font.Size = ink, vg.Points(14)
	p.Title.TextStyle.Font.Variant = font.Variant("Sans")
	p.Legend.Top, p.Legend.TextStyle.Color = true, ink
	p.Legend.TextStyle.Font.Variant = "Sans"
	p.Legend.Padding = vg.Points(4)
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.Color, axis.Tick.Color, axis.Tick.Label.Color = faint, faint, ink
		axis.Tick.Label.Font.Variant = "Sans"
		axis.Tick.Label.Font.Size = vg.Points(10)
	}
	p.Y.Tick.Marker = whole{}
	grid := plotter.NewGrid()
	grid.Vertical.Width = 0
	grid.Horizontal = draw.LineStyle{Color: faint, Width: vg.Points(0.5)}
	p.Add(grid)
}

// whole marks whole numbers alone: there are no half incidents.
type whole struct{}

// Ticks implements plot.Ticker.
func (whole) Ticks(low, high float64) []plot.Tick {
	step := 1
	for _, s := range []int{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000} {
		if step = s; high/float64(s) <= 6 {
			break
		}
	}
	var ticks []plot.Tick
	for n := 0; float64(n) <= high; n += step {
		if float64(n) >= low {
			ticks = append(ticks, plot.Tick{Value: float64(n), Label: fmt.Sprint(n)})
		}
	}
	return ticks
}

// describe reads "Platform, 1 to 8 Mar: 12 incidents; 1 Mar 3, 2 Mar 9 (1 night wake)".
func describe(r report.Report, title string, zone *time.Location) string {
	var days []string
	for _, d := range r.Days {
		if d.Incidents == 0 && d.Nights == 0 {
			continue
		}
		text := fmt.Sprintf("%s %d", d.Start.In(zone).Format("2 Jan"), d.Incidents)
		if d.Nights > 0 {
			text += fmt.Sprintf(" (night wakes: %d)", d.Nights)
		}
		days = append(days, text)
	}
	text := fmt.Sprintf("Bar chart. %s. Incidents per day, %d in all", title, r.Incidents)
	if len(days) > 0 {
		text += ": " + strings.Join(days, ", ")
	}
	return text + "."
}
