package demo

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// choose picks a value in a menu of a message, as the browser's own menu does.
func (b browser) choose(t *testing.T, menu, value string) {
	t.Helper()
	b.until(t, `document.querySelector('`+menu+` option[value="`+value+`"]')`)
	b.do(t, js(`(() => { const m = document.querySelector('`+menu+`'); m.value = '`+value+`'; m.dispatchEvent(new Event('change')); })()`))
}

// turn has the page show Slack or Discord.
func (b browser) turn(t *testing.T, chat string) {
	t.Helper()
	b.do(t, js(`document.querySelector('[data-testid=chat-`+chat+`]').click()`))
	b.until(t, `document.querySelector('#chat').dataset.chat === '`+chat+`'`)
}

// card is what the first message of the room shows.
const card = `document.querySelector('[data-testid=post]')?.innerText`

// TestDiscord turns the page to Discord and back, on the real app: one incident, one
// state on both, whichever is clicked.
func TestDiscord(t *testing.T) {
	_, page := open(t, startApp, 1500, 950)
	page.tap(t, "send-disk")
	page.until(t, card+`?.includes('PLATFORM-1 CRITICAL: Disk full on db1')`)

	t.Run("the switch shows the same channel as Discord has it", func(t *testing.T) {
		page.turn(t, "discord")
		page.until(t, `document.querySelector('#room-title').innerText === '#platform'`)
		page.until(t, `document.querySelector('.embed .title')?.innerText.includes('PLATFORM-1 CRITICAL: Disk full on db1')`)
		page.until(t, `getComputedStyle(document.querySelector('.embed')).getPropertyValue('--edge') === '#a30200'`)
		page.until(t, `document.querySelector('.embed .orb.red')`)
	})
	t.Run("each chat has its own people", func(t *testing.T) {
		page.until(t, `document.querySelector('[data-testid=tab-discord-mona]') && !document.querySelector('[data-testid=tab-mona]')`)
		page.until(t, `document.querySelector('[data-testid=tab-ben]') && !document.querySelector('[data-testid=tab-discord-ben]')`)
		page.until(t, `[...document.querySelector('#acting').options].map(o => o.text).join().includes('Mona') && ![...document.querySelector('#acting').options].map(o => o.text).join().includes('Ben')`)
	})
	t.Run("its thread unfolds", func(t *testing.T) {
		page.tap(t, "thread")
		page.until(t, `document.querySelector('[data-testid=replies]').innerText.includes('Ana Ortiz')`)
	})
	t.Run("the menu opens a form, and what is filled in joins the thread", func(t *testing.T) {
		page.choose(t, `[data-testid="action-menu:PLATFORM-1"]`, "v1:note:PLATFORM-1")
		page.until(t, `document.querySelector('#form[open]')?.dataset.chat === 'discord'`)
		page.do(t, chromedp.SendKeys(chromedp.CSS(`#form input`), "it is the backup\r"))
		page.until(t, `!document.querySelector('#form[open]')`)
		page.until(t, `document.querySelector('[data-testid=replies]').innerText.includes('it is the backup')`)
	})
	t.Run("a word's options are completed by the app", func(t *testing.T) {
		page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "snooze"))
		page.until(t, `document.querySelector('[data-testid=option-id]') && document.querySelector('[data-testid=option-for]')`)
		page.do(t, chromedp.Focus(chromedp.CSS(`[data-testid=option-id]`)))
		page.until(t, `document.querySelector('#offers-id option[value="PLATFORM-1"]')`)
		page.do(t, js(`document.querySelector('#words').value = ''; document.querySelector('#words').dispatchEvent(new Event('input'))`))
		page.until(t, `document.querySelector('#parts').hidden`)
	})
	t.Run("the answer to a command is for one reader alone", func(t *testing.T) {
		page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "who\r"))
		page.until(t, `[...document.querySelectorAll('.post.only')].at(-1)?.innerText.includes('techops: Ana Ortiz')`)
	})
	t.Run("a report has its chart", func(t *testing.T) {
		page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "report\r"))
		page.until(t, `document.querySelector('.embed .picture')?.naturalWidth > 100`)
		page.turn(t, "slack")
		page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "report\r"))
		page.until(t, `document.querySelector('.picture')?.naturalWidth > 100 && document.querySelector('.picture').alt`)
		page.turn(t, "discord")
	})
	t.Run("whoever is in Discord alone is paged there", func(t *testing.T) {
		page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "add PLATFORM-1 @mona\r"))
		page.until(t, `document.querySelector('[data-testid=tab-discord-mona] .badge').innerText === '1'`)
		page.tap(t, "tab-discord-mona")
		page.until(t, card+`?.includes('PLATFORM-1')`)
		page.tap(t, "tab-3001")
	})
	t.Run("a click is seen on both", func(t *testing.T) {
		page.tap(t, "action-v1:ack:PLATFORM-1")
		page.until(t, `document.querySelector('.embed')?.innerText.includes('acknowledged by Ana Ortiz after')`)
		page.turn(t, "slack")
		page.until(t, card+`.includes('acknowledged by Ana Ortiz after')`)
		page.until(t, `!document.querySelector('[data-testid=action-ack]')`)
	})
	t.Run("words in a thread are about its incident", func(t *testing.T) {
		page.until(t, `document.querySelector('[data-testid=thread]')`)
		page.tap(t, "thread")
		page.do(t, chromedp.SendKeys(chromedp.CSS(`[data-testid=thread-words]`), "note told by hand\r"))
		page.until(t, `document.querySelector('[data-testid=replies]').innerText.includes('told by hand')`)
	})
	t.Run("and a click in Slack, too", func(t *testing.T) {
		page.tap(t, "action-resolve")
		page.until(t, card+`.includes('resolved by Ana Ortiz')`)
		page.turn(t, "discord")
		page.until(t, `document.querySelector('.embed .orb.green') && document.querySelector('.embed').innerText.includes('resolved by Ana Ortiz')`)
	})
}

// TestHomeInSlack opens somebody's home and takes an incident there.
func TestHomeInSlack(t *testing.T) {
	_, page := open(t, startApp, 1500, 950)
	page.tap(t, "send-disk")
	page.until(t, card+`?.includes('PLATFORM-1 CRITICAL: Disk full on db1')`)
	page.tap(t, "tab-home")
	page.until(t, `document.querySelector('[data-testid=home]')?.innerText.includes('PLATFORM-1')`)
	page.do(t, chromedp.Click(chromedp.CSS(`[data-testid=home] [data-value*="ack PLATFORM-1"]`)))
	page.tap(t, "tab-C0PLATFORM")
	page.until(t, card+`.includes('acknowledged by Ana Ortiz')`)
}

// TestFormsInSlack fills in what Slack asks, however fast the clock runs.
func TestFormsInSlack(t *testing.T) {
	_, page := open(t, startApp, 1500, 950)
	page.tap(t, "send-warning")
	page.until(t, card+`?.includes('Certificate of shop.example.com')`)
	page.do(t, js(`document.querySelector('[data-testid=speed-60]').click()`))
	page.do(t, chromedp.SendKeys(chromedp.CSS(`#words`), "override\r"))
	page.until(t, `document.querySelector('#form[open]')?.dataset.chat === 'slack'`)

	t.Run("what is wrong stands at its field", func(t *testing.T) {
		page.do(t, js(`(() => {
			const f = document.querySelector('#form-body');
			for (const s of f.querySelectorAll('select')) if (!s.value) s.selectedIndex = 1;
			for (const m of f.querySelectorAll('input[type=datetime-local]')) m.value = '2020-01-06T09:00';
			for (const i of f.querySelectorAll('input:not([type])')) if (i.required && !i.value) i.value = '2h';
			f.requestSubmit();
		})()`))
		page.until(t, `[...document.querySelectorAll('#form .wrong')].some(w => w.innerText)`)
		page.until(t, `document.querySelector('#form [aria-invalid]')`)
	})
	t.Run("it is cancelled and stays so", func(t *testing.T) {
		page.do(t, chromedp.Click(chromedp.CSS(`#form-cancel`)))
		page.until(t, `!document.querySelector('#form[open]')`)
	})
}
