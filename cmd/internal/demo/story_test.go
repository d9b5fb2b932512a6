package demo

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestStory is the story of the product on the real app: an alert becomes a card,
// nobody looks, it climbs to management in under a minute of the fast clock, a
// click takes it, and every phone falls silent.
func TestStory(t *testing.T) {
	_, browser := open(t, startApp, 1500, 950)
	const card = `document.querySelector('[data-testid=post]')?.innerText`

	tap(t, browser, "send-disk")
	until(t, browser, card+`?.includes('PLATFORM-1 CRITICAL: Disk full on db1')`)
	until(t, browser, `['Ana', 'Wes'].every(n => `+card+`.includes(n))`)
	until(t, browser, `document.querySelector('[data-testid=tab-ana] .badge').innerText === '1' && document.querySelector('[data-testid=tab-wes] .badge').innerText === '1'`)
	until(t, browser, `document.querySelector('#duty').innerText.includes('Ana Ortiz') && document.querySelector('#duty').innerText.includes('Wes Lindqvist')`)

	begin := time.Now()
	do(t, browser, js(`document.querySelector('[data-testid=speed-60]').click()`))
	until(t, browser, `document.querySelector('.phone[data-owner=ana] [data-testid=sms-in]')?.innerText.includes('Reply 14')`)
	until(t, browser, `document.querySelector('.phone[data-owner=ana]').dataset.state === 'ringing'`)
	until(t, browser, `document.querySelector('[data-testid=tab-dina] .badge').innerText === '1'`)
	until(t, browser, `document.querySelector('.phone[data-owner=hal] [data-testid=sms-in]')`)
	until(t, browser, `document.querySelector('[data-testid=tab-paul] .badge').innerText === '1'`)
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("management was paged after %s of the fast clock, want under a minute", took)
	}

	until(t, browser, `document.querySelector('.phone[data-owner=hal]').dataset.state === 'ringing'`)
	tap(t, browser, "action-ack", "#posts")
	until(t, browser, card+`.includes('acknowledged by Ana Ortiz after')`)
	until(t, browser, `!document.querySelector('[data-testid=action-ack]')`)
	until(t, browser, `[...document.querySelectorAll('.phone')].every(p => p.dataset.state === 'idle')`)
	until(t, browser, `!document.querySelector('#others li[data-state=ringing]')`)
}

// TestHalTakesIt is the other end of the story: the words of a slash command, a
// call with its keys and a reply by SMS, each answered by the real app.
func TestHalTakesIt(t *testing.T) {
	_, browser := open(t, startApp, 1500, 950)
	const hal = `document.querySelector('.phone[data-owner=hal]')`

	tap(t, browser, "send-nagios")
	until(t, browser, `document.querySelector('[data-testid=post]')?.innerText.includes('HTTP on shop-web is CRITICAL')`)
	do(t, browser, chromedp.SendKeys(chromedp.CSS(`#words`), "escalate PLATFORM-1\r"))
	until(t, browser, `document.querySelector('.post.only')?.innerText.includes('PLATFORM-1')`)
	until(t, browser, `document.querySelector('[data-testid=tab-dina] .badge').innerText === '1'`)

	do(t, browser, js(`document.querySelector('[data-testid=speed-60]').click()`))
	until(t, browser, hal+`.querySelector('[data-testid=sms-in]')?.innerText.includes('Reply 14')`)
	until(t, browser, hal+`.dataset.state === 'ringing'`)
	do(t, browser, chromedp.Focus(chromedp.CSS(`.phone[data-owner=hal] [data-testid=answer]`)), chromedp.KeyEvent(kb.Enter))
	until(t, browser, hal+`.querySelector('[data-testid=transcript]')?.innerText.includes('HTTP on shop-web is CRITICAL')`)
	do(t, browser, chromedp.Focus(chromedp.CSS(`.phone[data-owner=hal]`)), chromedp.KeyEvent("4"))
	until(t, browser, `document.querySelector('[data-testid=post]').innerText.includes('acknowledged by Hal Byrne after')`)
	until(t, browser, `[...document.querySelectorAll('.phone')].every(p => p.dataset.state === 'idle')`)

	do(t, browser, chromedp.SendKeys(chromedp.CSS(`.phone[data-owner=hal] [data-testid=sms-text]`), "16\r"))
	until(t, browser, hal+`.querySelector('[data-testid=sms-in]:last-child')?.innerText.includes('resolved')`)
	until(t, browser, `document.querySelector('[data-testid=post] .orb.green')`)
}
