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
	_, page := open(t, startApp, 1500, 950)
	const card = `document.querySelector('[data-testid=post]')?.innerText`

	page.tap(t, "send-disk")
	page.until(t, card+`?.includes('PLATFORM-1 CRITICAL: Disk full on db1')`)
	page.until(t, `['Ana', 'Wes'].every(n => `+card+`.includes(n))`)
	page.until(t, `document.querySelector('[data-testid=tab-ana] .badge').innerText === '1' && document.querySelector('[data-testid=tab-wes] .badge').innerText === '1'`)
	page.until(t, `document.querySelector('#duty').innerText.includes('Ana Ortiz') && document.querySelector('#duty').innerText.includes('Wes Lindqvist')`)

	begin := time.Now()
	page.do(t, js(`document.querySelector('[data-testid=speed-60]').click()`))
	page.until(t, `document.querySelector('.phone[data-owner=ana] [data-testid=sms-in]')?.innerText.includes('Reply 14')`)
	page.until(t, `document.querySelector('.phone[data-owner=ana]').dataset.state === 'ringing'`)
	page.until(t, `document.querySelector('[data-testid=tab-dina] .badge').innerText === '1'`)
	page.until(t, `document.querySelector('.phone[data-owner=hal] [data-testid=sms-in]')`)
	page.until(t, `document.querySelector('[data-testid=tab-paul] .badge').innerText === '1'`)
	if took := time.Since(begin); took > time.Minute {
		t.Errorf("management was paged after %s of the fast clock, want under a minute", took)
	}

	page.until(t, `document.querySelector('.phone[data-owner=hal]').dataset.state === 'ringing'`)
	page.tap(t, "action-ack", "#posts")
	page.until(t, card+`.includes('acknowledged by Ana Ortiz after')`)
	page.until(t, `!document.querySelector('[data-testid=action-ack]')`)
	page.until(t, `[...document.querySelectorAll('.phone')].every(p => p.dataset.state === 'idle')`)
	page.until(t, `!document.querySelector('#others li[data-state=ringing]')`)

	page.tap(t, "tab-ana")
	page.until(t, `document.querySelector('[data-testid=post]')?.innerText.includes('acknowledged by Ana Ortiz after')`)
	page.until(t, `!document.querySelector('[data-testid=action-ack]')`)
}

// TestHalTakesIt is the other end of the story: the words of a slash command, a
// call with its keys and a reply by SMS, each answered by the real app.
func TestHalTakesIt(t *testing.T) {
	_, page := open(t, startApp, 1500, 950)
	const hal = `document.querySelector('.phone[data-owner=hal]')`

	page.tap(t, "send-nagios")
	page.until(t, `document.querySelector('[data-testid=post]')?.innerText.includes('HTTP on shop-web is CRITICAL')`)
	page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "escalate PLATFORM-1\r"))
	page.until(t, `document.querySelector('.post.only')?.innerText.includes('PLATFORM-1')`)
	page.until(t, `document.querySelector('[data-testid=tab-dina] .badge').innerText === '1'`)

	page.do(t, js(`document.querySelector('[data-testid=speed-60]').click()`))
	page.until(t, hal+`.querySelector('[data-testid=sms-in]')?.innerText.includes('Reply 14')`)
	page.until(t, hal+`.dataset.state === 'ringing'`)
	page.do(t, chromedp.Focus(chromedp.CSS(`.phone[data-owner=hal] [data-testid=answer]`)), chromedp.KeyEvent(kb.Enter))
	page.until(t, hal+`.querySelector('[data-testid=transcript]')?.innerText.includes('HTTP on shop-web is CRITICAL')`)
	page.do(t, chromedp.Focus(chromedp.CSS(`.phone[data-owner=hal]`)), chromedp.KeyEvent("4"))
	page.until(t, `document.querySelector('[data-testid=post]').innerText.includes('acknowledged by Hal Byrne after')`)
	page.until(t, `[...document.querySelectorAll('.phone')].every(p => p.dataset.state === 'idle')`)

	page.do(t, chromedp.SendKeys(chromedp.CSS(`.phone[data-owner=hal] [data-testid=sms-text]`), "16\r"))
	page.until(t, hal+`.querySelector('[data-testid=sms-in]:last-child')?.innerText.includes('resolved')`)
	page.until(t, `document.querySelector('[data-testid=post] .orb.green')`)
}
