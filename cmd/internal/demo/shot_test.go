package demo

import (
	"bytes"
	"context"
	"flag"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write the README's pictures anew")

// maxShot is what a picture of the README may weigh.
const maxShot = 200 << 10

// TestScreenshot writes the pictures in the README, with -update: the channel with
// its card as either chat shows it, and the phones.
func TestScreenshot(t *testing.T) {
	if !*update {
		t.Skip("writes pictures of the demo, with -update")
	}
	page := climbed(t, startApp, 1440, 980)
	page.tap(t, "answer", ".phone[data-owner=hal]")
	page.until(t, `document.querySelector('.phone[data-owner=hal] [data-testid=key-4]:enabled')`)
	page.until(t, `document.querySelector('.phone[data-owner=ana]').dataset.state === 'idle'`)
	page.emulate(t, "prefers-reduced-motion", "reduce")
	page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "who\r"))
	page.until(t, `document.querySelector('.post.only')`)
	page.do(t, js(`document.activeElement.blur()`))
	page.still(t)
	page.keep(t, "demo.png")
	page.turn(t, "discord")
	page.until(t, `document.querySelector('.embed .orb.red')`)
	page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "who\r"))
	page.until(t, `document.querySelector('.post.only')`)
	page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "snooze"), chromedp.SendKeys(chromedp.CSS(`[data-testid=option-for]`), "1h"),
		chromedp.SendKeys(chromedp.CSS(`[data-testid=option-id]`), "PLATFORM-1"), js(`document.activeElement.blur()`))
	page.still(t)
	page.keep(t, "demo-discord.png")
}

// still waits until nothing on the page moves or fades.
func (b browser) still(t *testing.T) {
	t.Helper()
	b.until(t, `document.getAnimations().every(a => a.playState !== 'running' || a.effect.getComputedTiming().iterations === Infinity)`)
}

// keep writes a picture of the page among the deployments.
func (b browser) keep(t *testing.T, name string) {
	t.Helper()
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	picture = smaller(t, picture)
	if len(picture) > maxShot {
		t.Errorf("%s has %d bytes, want at most %d", name, len(picture), maxShot)
	}
	if err := os.WriteFile(filepath.Join("..", "..", "..", "deployments", name), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

// smaller packs a picture tighter than the browser does: with 256 colours.
func smaller(t *testing.T, picture []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(picture))
	if err != nil {
		t.Fatal(err)
	}
	palette := colours(full)
	packed, nearest := image.NewPaletted(full.Bounds(), palette), map[color.RGBA]uint8{}
	for y := range full.Bounds().Dy() {
		for x := range full.Bounds().Dx() {
			c := coarse(full.At(x, y))
			at, ok := nearest[c]
			if !ok {
				at = uint8(palette.Index(c))
				nearest[c] = at
			}
			packed.SetColorIndex(x, y, at)
		}
	}
	var out bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, packed); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// colours are 256 of a picture's: half of them seen most, half unlike the others.
func colours(full image.Image) color.Palette {
	seen := map[color.RGBA]int{}
	for y := range full.Bounds().Dy() {
		for x := range full.Bounds().Dx() {
			seen[coarse(full.At(x, y))]++
		}
	}
	rest := slices.SortedFunc(maps.Keys(seen), func(a, b color.RGBA) int { return seen[b] - seen[a] })
	var palette color.Palette
	far := map[color.RGBA]int{} // how unlike all of the palette a colour is
	for len(palette) < 256 && len(palette) < len(rest) {
		next := rest[len(palette)]
		if len(palette) >= 128 {
			next = slices.MaxFunc(rest, func(a, b color.RGBA) int { return far[a] - far[b] })
		}
		palette = append(palette, next)
		for _, c := range rest {
			d := distance(c, next)
			if known, ok := far[c]; !ok || d < known {
				far[c] = d
			}
		}
	}
	return palette
}

func distance(a, b color.RGBA) int {
	square := func(x, y uint8) int { return (int(x) - int(y)) * (int(x) - int(y)) }
	return square(a.R, b.R) + square(a.G, b.G) + square(a.B, b.B)
}

// coarse rounds a colour to steps that nobody sees.
func coarse(c color.Color) color.RGBA {
	r, g, b, _ := c.RGBA()
	step := func(v uint32) uint8 { return uint8(min((v>>8+2)/4*4, 255)) }
	return color.RGBA{step(r), step(g), step(b), 255}
}

// emulate sets what the reader's system prefers.
func (b browser) emulate(t *testing.T, name, value string) {
	t.Helper()
	b.do(t, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: name, Value: value}},
		})
		return err
	}))
}

// climbed shows a page on which an alert has got as far as Hal's phone.
func climbed(t *testing.T, start starter, width, height int) (page browser) {
	t.Helper()
	_, page = open(t, start, width, height)
	page.tap(t, "send-disk")
	page.until(t, `document.querySelector('[data-testid=action-ack]')`)
	page.do(t, js(`document.querySelector('[data-testid=speed-60]').click()`))
	page.until(t, `document.querySelector('.phone[data-owner=hal]').dataset.state === 'ringing'`)
	return page
}

// TestLooks keeps a picture of the page in both colour schemes where SHOTS names
// a folder, for the eyes of whoever changes its looks.
func TestLooks(t *testing.T) {
	folder := os.Getenv("SHOTS")
	if folder == "" {
		t.Skip("SHOTS names no folder")
	}
	page := climbed(t, startApp, 1500, 900)
	shoot := func(name string) {
		picture, err := chromedp.Run(page.ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	shoot("ringing-light.png")
	page.tap(t, "answer", ".phone[data-owner=hal]")
	page.until(t, `document.querySelector('.phone[data-owner=hal] [data-testid=key-4]:enabled')`)
	page.tap(t, "thread")
	page.emulate(t, "prefers-color-scheme", "dark")
	shoot("talking-dark.png")
	page.emulate(t, "prefers-color-scheme", "light")
	page.do(t, chromedp.EmulateViewport(1010, 800))
	shoot("narrow-light.png")
	page.do(t, chromedp.EmulateViewport(1920, 1080), chromedp.SendKeys(chromedp.CSS(`#words`), "who\r"))
	page.until(t, `document.querySelector('.post.only')`)
	shoot("wide-light.png")
	page.tap(t, "tab-home")
	page.until(t, `document.querySelector('[data-testid=home]')`)
	shoot("home-light.png")
	page.turn(t, "discord")
	page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "report\r"))
	page.until(t, `document.querySelector('.picture')?.complete`)
	shoot("discord-report.png")
	page.do(t, chromedp.EmulateViewport(390, 844), js(`document.querySelector('#chat').scrollIntoView()`))
	page.choose(t, `[data-testid="action-menu:PLATFORM-1"]`, "v1:note:PLATFORM-1")
	page.until(t, `document.querySelector('#form[open]')`)
	shoot("discord-phone-form.png")
}
