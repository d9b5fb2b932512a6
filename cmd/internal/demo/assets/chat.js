import { $, act, clockTime, face, first, h, isBot, nameOf, touched, world } from "./dom.js";
import { content as slackContent } from "./blocks.js";
import { content as discordContent } from "./embed.js";
import * as form from "./form.js";

const posts = new Map(); // room -> what stands there
const seen = new Map(); // room -> how many posts were there when it was last looked at
const drawn = new Map(); // ts -> {el, json}
const open = new Set(); // threads that are unfolded
const homes = new Map(); // user -> blocks of their home page
const shown = { slack: world.Channels[0].ID, discord: world.Channels[0].Discord }; // the room on each chat
const contents = { slack: slackContent, discord: discordContent };
let chat = "slack"; // the chat that is shown
let later = 0; // the timer of a drawing put off
let atEnd = true; // whether the newest is looked at

const lists = [...document.querySelectorAll(".tabs")];
const tabs = () => [...document.querySelectorAll(`.tabs[data-chat="${chat}"] .tab:not([hidden])`)];
const tabOf = (id) => document.querySelector(`.tab[data-room="${CSS.escape(id)}"]`);
const current = () => shown[chat];
const postsIn = (id) => posts.get(id) ?? [];

// which is the chat that is shown.
export const which = () => chat;

// acting is the account whose hand is on the mouse.
export const acting = () => tabOf(current())?.dataset.user || $("acting").value;

// place is where the hand is, as the demo asks for it.
export const place = () => ({ user: acting(), channel: current() });

// isDirect reports whether the room shown is a conversation with the bot.
export const isDirect = () => Boolean(tabOf(current())?.dataset.user);

// showChat turns to Slack or to Discord.
function showChat(name) {
  chat = name;
  $("chat").dataset.chat = name;
  for (const list of lists) list.hidden = list.dataset.chat !== name;
  const person = world.People.find((p) => [p.slack, p.discord].includes($("acting").value));
  $("acting").replaceChildren(...world.People.filter((p) => p[name]).map((p) =>
    h("option", { value: p[name], selected: p === person }, p.name)));
  showRoom(current());
}

// showRoom turns to a channel or a conversation.
function showRoom(id) {
  shown[chat] = id;
  const tab = tabOf(id);
  for (const t of tabs()) {
    t.setAttribute("aria-selected", String(t === tab));
    t.tabIndex = t === tab ? 0 : -1;
  }
  const user = tab.dataset.user;
  $("room-title").textContent = user ? nameOf(user) : id === "home" ? "Home" : `#${tab.dataset.name}`;
  $("acting-label").hidden = Boolean(user);
  $("empty-hint").textContent = id === "home" ? "Everybody has a page of their own here." : hint(user, tab.dataset.name);
  $("command").hidden = id === "home" || (chat === "discord" && Boolean(user));
  drawn.clear();
  $("posts").replaceChildren();
  draw(true);
  document.dispatchEvent(new Event("room"));
  visit();
}

function hint(user, name) {
  if (!user) return name === "platform" ? "Send the first alert on the left, then let the clock run at 60×." : "Cards of this team appear here.";
  const both = world.People.find((p) => p.discord === user)?.slack && chat === "discord";
  return both ? `${first(nameOf(user))} is paged in Slack, and here where Slack fails.` : `Earshot writes to ${first(nameOf(user))} here when it is their turn.`;
}

// update takes what a room contains now.
export function update(id, list) {
  posts.set(id, list);
  if (id === current()) draw(false);
  else badge(id);
}

// home takes somebody's home page in Slack.
export function home(user, blocks) {
  homes.set(user, blocks);
  if (current() === "home") draw(false);
}

// rooms takes the channels that came since the page was made.
export function rooms(name, list) {
  const strip = lists.find((l) => l.dataset.chat === name);
  const wanted = new Map(list.filter((r) => !r.over).map((r) => [r.id, r]));
  for (const tab of strip.querySelectorAll("[data-late]")) {
    if (wanted.delete(tab.dataset.room) || tab.dataset.room === shown[name]) continue;
    tab.remove();
  }
  for (const r of wanted.values()) strip.querySelector(".gap").before(newTab(r));
}

function newTab(room) {
  const tab = h("button", {
    type: "button", role: "tab", class: "tab", tabindex: "-1", "aria-selected": "false", "aria-controls": "room",
    "data-late": true, "data-room": room.id, "data-name": room.name, "data-testid": `tab-${room.id}`,
  }, h("span", { "aria-hidden": "true" }, "#"), ` ${room.name}`, h("i", { class: "badge", hidden: true }));
  return tab;
}

function badge(id) {
  const el = tabOf(id)?.querySelector(".badge");
  if (!el) return;
  const news = postsIn(id).filter((p) => !p.thread).length - (seen.get(id) ?? 0);
  el.hidden = news <= 0 || id === current();
  el.textContent = news > 9 ? "9+" : String(news);
}

// visible are the posts that the hand's owner sees.
function visible() {
  if (current() === "home") {
    const blocks = homes.get(acting());
    return blocks ? [{ ts: "home", home: blocks }] : [];
  }
  return postsIn(current()).filter((p) => !p.only || p.only === acting());
}

// draw shows the present room; what is under a hand waits, unless that very hand
// asked for it.
function draw(fresh, asked = false) {
  const room = $("room");
  clearTimeout(later);
  if (!fresh && !asked && touched($("posts"))) {
    later = setTimeout(draw, 80, false);
    return;
  }
  atEnd = current() !== "home" && (fresh || isNearEnd(room));
  const all = visible();
  const top = all.filter((p) => !p.thread || p.thread === p.ts || p.broadcast);
  seen.set(current(), postsIn(current()).filter((p) => !p.thread).length);
  badge(current());
  $("empty").hidden = top.length > 0;
  const wanted = new Set(top.map((p) => p.ts));
  for (const [ts, { el }] of drawn) {
    if (wanted.has(ts)) continue;
    el.remove();
    drawn.delete(ts);
  }
  top.forEach((p, i) => settle(p, all.filter((r) => r.thread === p.ts && r.ts !== p.ts), i));
  if (atEnd) room.scrollTop = room.scrollHeight;
}

const isNearEnd = (room) => room.scrollHeight - room.scrollTop - room.clientHeight < 120;

// settle draws one post where it belongs, unless it stands there as it is.
function settle(p, replies, i) {
  const json = JSON.stringify([p, replies, open.has(p.ts)]);
  const known = drawn.get(p.ts);
  if (known?.json === json) return;
  const el = p.home ? page(p) : message(p, replies, known && known.content !== JSON.stringify(p));
  const scrolled = offset(known?.el.querySelector(".replies"));
  const typed = known?.el.querySelector(".speak input")?.value;
  const focus = known?.el.contains(document.activeElement) ? handle(document.activeElement) : null;
  if (known) known.el.replaceWith(el);
  else $("posts").insertBefore(el, $("posts").children[i] ?? null);
  drawn.set(p.ts, { el, json, content: JSON.stringify(p) });
  const replied = el.querySelector(".replies");
  if (replied) replied.scrollTop = replied.scrollHeight - replied.clientHeight - scrolled;
  if (typed && el.querySelector(".speak input")) el.querySelector(".speak input").value = typed;
  if (focus) (el.querySelector(focus) ?? el).focus({ preventScroll: true });
}

// offset is how far a thread was scrolled up from its end, 0 close to it.
function offset(el) {
  const up = el ? el.scrollHeight - el.clientHeight - el.scrollTop : 0;
  return up < 40 ? 0 : up;
}

// handle finds a control again after its message was drawn anew.
function handle(el) {
  if (el.dataset.action) return `[data-action="${CSS.escape(el.dataset.action)}"]${el.dataset.value ? `[data-value="${CSS.escape(el.dataset.value)}"]` : ""}`;
  if (el.closest(".speak")) return ".speak input";
  return ["fold", "replies"].filter((name) => el.classList.contains(name)).map((name) => `.${name}`)[0] ?? null;
}

// page is somebody's home, whose buttons are known by what they say.
function page(p) {
  return h("article", { class: "post home", tabindex: "-1", "data-testid": "home" }, h("div", { class: "said" }, contents[chat](p, async (_, __, value) => {
    form.expect(chat, acting());
    done(await act("slack/home", { user: acting(), value }));
  })));
}

// visit has the app draw the home of whoever looks at it.
async function visit() {
  if (current() === "home") done(await act("slack/home", { user: acting() }));
}

function message(p, replies, changed) {
  const el = h("article", {
    class: `post${p.only ? " only" : ""}${p.pings?.includes(acting()) ? " pinged" : ""}${changed ? " changed" : ""}`, tabindex: "-1",
    "data-testid": "post", "data-ts": p.ts, "aria-label": `${nameOf(p.user)} at ${clockTime(p.at)}`,
  },
    face(p.user),
    h("div", { class: "said" },
      p.only && h("p", { class: "private" }, chat === "slack" ? `Only visible to ${first(nameOf(p.only))}` : `Only ${first(nameOf(p.only))} can see this`),
      h("p", { class: "by" }, h("b", {}, nameOf(p.user)), isBot(p.user) && h("span", { class: "app" }, "app"), h("time", {}, clockTime(p.at))),
      contents[chat](p, (action, value) => press(el, p, action, value)),
      replies.length > 0 && thread(p, replies)));
  return el;
}

function thread(p, replies) {
  const unfolded = open.has(p.ts);
  const last = replies.at(-1);
  return h("div", { class: "thread" },
    h("button", {
      type: "button", class: "fold", "data-testid": "thread", "aria-expanded": String(unfolded),
      onclick: () => {
        if (!open.delete(p.ts)) open.add(p.ts);
        draw(false, true);
      },
    }, `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`, h("small", {}, ` last at ${clockTime(last.at)}`)),
    unfolded && h("div", { class: "replies", tabindex: "0", role: "log", "aria-label": "Thread", "data-testid": "replies" }, replies.map((r, i) =>
      h("div", { class: "reply" },
        replies[i - 1]?.user !== r.user && h("p", { class: "by" }, h("b", {}, nameOf(r.user)), h("time", {}, clockTime(r.at))),
        contents[chat](r, (action, value) => press(null, r, action, value))))),
    unfolded && !isDirect() && speaker(p));
}

// speaker is where somebody speaks to Earshot within a thread.
function speaker(p) {
  const input = h("input", { "aria-label": "Speak to Earshot in this thread", placeholder: "ack, escalate, note …", maxlength: 300, "data-testid": "thread-words" });
  return h("form", {
    class: "speak", onsubmit: async (ev) => {
      ev.preventDefault();
      const text = input.value.trim();
      if (!text) return;
      input.value = "";
      done(await act(`${chat}/say`, { ...place(), thread: p.ts, text }));
    },
  }, h("span", { class: "mention", "aria-hidden": "true" }, "@Earshot"), input);
}

async function press(el, p, action, value) {
  el?.classList.add("busy");
  form.expect(chat, acting());
  const answer = await act(`${chat}/click`, { ...place(), ts: p.ts, action, value });
  el?.classList.remove("busy");
  done(answer);
}

// done shows what became of something that was done, unless the chat itself does.
export function done(answer) {
  $("told").textContent = answer.ok ? "" : answer.text || `The app answered ${answer.status}.`;
  $("told").classList.toggle("bad", !answer.ok);
  if (answer.form) form.show(answer.form);
}

// begin wires the chat up.
export function begin() {
  for (const el of document.querySelectorAll("[data-face]")) el.replaceWith(face(el.dataset.face));
  for (const c of world.Channels) for (const id of [c.ID, c.Discord]) tabOf(id).dataset.name = c.Name;
  for (const list of lists) {
    list.addEventListener("click", (ev) => { const tab = ev.target.closest(".tab"); if (tab) showRoom(tab.dataset.room); });
    list.addEventListener("keydown", (ev) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[ev.key];
      if (!step) return;
      const all = tabs();
      const next = all[(all.indexOf(tabOf(current())) + step + all.length) % all.length];
      showRoom(next.dataset.room);
      next.focus();
    });
  }
  $("chats").addEventListener("change", (ev) => showChat(ev.target.value));
  $("acting").addEventListener("change", () => { draw(false); visit(); });
  // A picture that has come makes its message taller, a longer command the room lower.
  const stay = () => { if (atEnd) $("room").scrollTop = $("room").scrollHeight; };
  $("room").addEventListener("scroll", () => { atEnd = current() !== "home" && isNearEnd($("room")); });
  $("posts").addEventListener("load", stay, true);
  new ResizeObserver(stay).observe($("room"));
  showChat(document.querySelector("input[name=chat]:checked").value);
}
