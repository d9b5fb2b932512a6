package demo

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestPage drives the page before a stand-in for the app: what is judged here is
// what the reader sees and can do.
func TestPage(t *testing.T) {
	_, page := open(t, startStub, 1500, 950)

	t.Run("an alert becomes a card", func(t *testing.T) {
		page.tap(t, "send-disk")
		page.until(t, `document.querySelector('[data-testid=post]')?.innerText.includes('Disk full on db1')`)
		page.until(t, `document.querySelector('#sent').innerText.includes('PLATFORM-1')`)
		page.until(t, `getComputedStyle(document.querySelector('.attachment')).getPropertyValue('--edge') === '#a30200'`)
	})
	t.Run("its thread unfolds", func(t *testing.T) {
		page.tap(t, "thread")
		page.until(t, `document.querySelector('[data-testid=replies]').innerText.includes('paged Ana Ortiz')`)
	})
	t.Run("who is on call comes from the app", func(t *testing.T) {
		page.until(t, `document.querySelector('#duty').innerText.includes('Ana Ortiz')`)
	})
	t.Run("a direct message counts on its tab", func(t *testing.T) {
		page.until(t, `document.querySelector('[data-testid=tab-ana] .badge').innerText === '1'`)
		page.tap(t, "tab-ana")
		page.until(t, `document.querySelector('#room-title').innerText === 'Ana Ortiz' && document.querySelectorAll('[data-testid=post]').length === 1`)
		page.tap(t, "tab-C0PLATFORM")
	})
	t.Run("the answer to a command is for one reader alone", func(t *testing.T) {
		page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "who\r"))
		page.until(t, `document.querySelector('.post.only')?.innerText.includes('@Ana Ortiz')`)
		page.do(t, chromedp.SetValue(chromedp.CSS(`#acting`), "U0WES"),
			js(`document.querySelector('#acting').dispatchEvent(new Event('change'))`))
		page.until(t, `!document.querySelector('.post.only')`)
	})
	t.Run("at sixty times the speed a phone soon rings", func(t *testing.T) {
		page.do(t, js(`document.querySelector('[data-testid=speed-60]').click()`))
		page.until(t, `document.querySelector('[data-owner=ana] [data-testid=sms-in]')?.innerText.includes('Reply 14')`)
		page.until(t, `document.querySelector('.phone[data-owner=ana]').dataset.state === 'ringing' && document.title.includes('Ana')`)
	})
	t.Run("the keyboard answers, hears and presses", func(t *testing.T) {
		page.until(t, `document.querySelector('.phone[data-owner=hal]').dataset.state === 'ringing'`)
		page.do(t, chromedp.Focus(chromedp.CSS(`.phone[data-owner=hal] [data-testid=answer]`)), chromedp.KeyEvent(kb.Enter))
		page.until(t, `document.querySelector('.phone[data-owner=hal] [data-testid=transcript]')?.innerText.includes('To acknowledge, press 4')`)
		page.until(t, `document.querySelector('#held').innerText.includes('real time')`)
		page.do(t, chromedp.Focus(chromedp.CSS(`.phone[data-owner=hal]`)), chromedp.KeyEvent("4"))
		page.until(t, `document.querySelector('[data-testid=post]').innerText.includes('acknowledged by Hal Byrne')`)
		page.until(t, `!document.querySelector('[data-testid=action-ack]')`)
		page.until(t, `[...document.querySelectorAll('.phone')].every(p => p.dataset.state === 'idle')`)
	})
	t.Run("a reply by SMS is answered", func(t *testing.T) {
		page.do(t, chromedp.SendKeys(chromedp.CSS(`.phone[data-owner=ana] [data-testid=sms-text]`), "14\r"))
		page.until(t, `document.querySelector('.phone[data-owner=ana] .log').innerText.includes('PLATFORM-1 acknowledged.')`)
	})
	t.Run("a click acknowledges", func(t *testing.T) {
		page.tap(t, "send-disk")
		page.until(t, `document.querySelectorAll('[data-testid=action-ack]').length === 1`)
		page.tap(t, "action-ack")
		page.until(t, `!document.querySelector('[data-testid=action-ack]')`)
	})
}

func TestAddressIsToldSoon(t *testing.T) {
	begin := time.Now()
	show(t, startApp)
	if took := time.Since(begin); took > 2*time.Second {
		t.Errorf("the demo took %s to start, want less than two seconds", took)
	}
}

// TestWordsStayWords posts what would be markup, a script or a foreign link.
func TestWordsStayWords(t *testing.T) {
	var workspace site
	_, page := open(t, func(s site) (server, error) {
		workspace = s
		return startStub(s)
	}, 1200, 800)
	app := &stub{site: workspace}
	app.post("chat.postMessage", map[string]any{
		"channel": "C0PLATFORM",
		"text": `<b>not bold</b> &lt;img src=x onerror=alert(1)&gt; *bold* _slanted_ ~gone~ ` + "`code *kept*`" +
			` <https://example.com/?a=1&amp;b=2|a link> <javascript:alert(1)|no link> <@U0HAL> <@U0ANA> <!channel> 2*3*4` + "\n&gt; quoted",
	}, "plain")
	text := `document.querySelector('[data-testid=post] .text')`
	page.until(t, text)
	for name, condition := range map[string]string{
		"tags are text":              text + `.innerText.includes('<img src=x onerror=alert(1)>') && !` + text + `.querySelector('img')`,
		"bold":                       text + `.querySelectorAll('b').length === 1 && ` + text + `.querySelector('b').innerText === 'bold'`,
		"slanted and struck":         text + `.querySelector('i').innerText === 'slanted' && ` + text + `.querySelector('s').innerText === 'gone'`,
		"code is left alone":         text + `.querySelector('code').innerText === 'code *kept*'`,
		"one link, its query whole":  text + `.querySelectorAll('a').length === 1 && ` + text + `.querySelector('a').href === 'https://example.com/?a=1&b=2'`,
		"a script is no link":        text + `.innerText.includes('no link')`,
		"people go by their names":   text + `.innerText.includes('@Ana Ortiz')`,
		"everybody":                  text + `.querySelector('.mention.loud').innerText === '@channel'`,
		"stars between digits stay":  text + `.innerText.includes('2*3*4')`,
		"a quotation is one, quoted": text + `.querySelector('blockquote').innerText === 'quoted'`,
	} {
		t.Run(name, func(t *testing.T) { page.until(t, condition) })
	}
}
