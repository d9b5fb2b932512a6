package demo

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var update = flag.Bool("update", false, "write the README's picture anew")

// maxShot is what the README's picture may weigh.
const maxShot = 200 << 10

// TestScreenshot writes the picture in the README, with -update: the channel with
// its card, and the phones.
func TestScreenshot(t *testing.T) {
	const file = "../../../deployments/demo.png"
	if !*update {
		t.Skip("writes a picture of the demo, with -update")
	}
	browser := climbed(t, startStub, 1420, 860)
	picture, err := chromedp.Run(browser, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	if len(picture) > maxShot {
		t.Errorf("the picture has %d bytes, want at most %d", len(picture), maxShot)
	}
	if err := os.WriteFile(filepath.FromSlash(file), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

// climbed shows a page on which an alert has got as far as Hal's phone.
func climbed(t *testing.T, start starter, width, height int) (browser context.Context) {
	t.Helper()
	_, browser = open(t, start, width, height)
	tap(t, browser, "send-disk")
	until(t, browser, `document.querySelector('[data-testid=action-ack]')`)
	do(t, browser, js(`document.querySelector('[data-testid=speed-60]').click()`))
	until(t, browser, `document.querySelector('.phone[data-owner=hal]').dataset.state === 'ringing'`)
	return browser
}

// TestLooks keeps a picture of the page in both colour schemes where SHOTS names
// a folder, for the eyes of whoever changes its looks.
func TestLooks(t *testing.T) {
	folder := os.Getenv("SHOTS")
	if folder == "" {
		t.Skip("SHOTS names no folder")
	}
	browser := climbed(t, startStub, 1500, 900)
	shoot := func(name string) {
		picture, err := chromedp.Run(browser, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), picture, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	scheme := func(value string) {
		do(t, browser, chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}},
			})
			return err
		}))
	}
	shoot("ringing-light.png")
	tap(t, browser, "answer", ".phone[data-owner=hal]")
	until(t, browser, `document.querySelector('.phone[data-owner=hal] [data-testid=key-4]:enabled')`)
	tap(t, browser, "thread")
	scheme("dark")
	shoot("talking-dark.png")
	scheme("light")
	do(t, browser, chromedp.EmulateViewport(1010, 800))
	shoot("narrow-light.png")
	do(t, browser, chromedp.EmulateViewport(1920, 1080), chromedp.SendKeys(chromedp.CSS(`#words`), "who\r"))
	until(t, browser, `document.querySelector('.post.only')`)
	shoot("wide-light.png")
}
