import { $, act, clockTime, face, first, h, nameOf, touched, world } from "./dom.js";
import { content } from "./blocks.js";

const rooms = new Map(); // id -> posts
const seen = new Map(); // id -> how many posts were there when it was last looked at
const drawn = new Map(); // ts -> {el, json}
const open = new Set(); // threads that are unfolded
let current = "";
let later = 0; // the timer of a drawing put off

const tabs = [...document.querySelectorAll(".tab")];
const tabOf = (id) => tabs.find((t) => t.dataset.room === id);

// acting is the user whose hand is on the mouse.
const acting = () => tabOf(current)?.dataset.user || $("acting").value;

// showRoom turns to a channel or a conversation.
export function showRoom(id) {
  current = id;
  const tab = tabOf(id);
  for (const t of tabs) {
    t.setAttribute("aria-selected", String(t === tab));
    t.tabIndex = t === tab ? 0 : -1;
  }
  const user = tab.dataset.user;
  const channel = world.Channels.find((c) => c.ID === id);
  $("room-title").textContent = user ? nameOf(user) : `#${channel.Name}`;
  $("acting-label").hidden = Boolean(user);
  $("empty-hint").textContent = user
    ? `Earshot writes to ${first(nameOf(user))} here when it is their turn.`
    : channel.Name === "platform" ? "Send the first alert on the left, then let the clock run at 60×." : "Cards of this team appear here.";
  drawn.clear();
  $("posts").replaceChildren();
  draw(true);
}

// update takes what a room contains now.
export function update(id, posts) {
  rooms.set(id, posts);
  if (id === current) draw(false);
  else badge(id);
}

function badge(id) {
  const el = tabOf(id)?.querySelector(".badge");
  if (!el) return;
  const news = (rooms.get(id) ?? []).filter((p) => !p.thread).length - (seen.get(id) ?? 0);
  el.hidden = news <= 0 || id === current;
  el.textContent = news > 9 ? "9+" : String(news);
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
  const atEnd = fresh || room.scrollHeight - room.scrollTop - room.clientHeight < 120;
  const all = (rooms.get(current) ?? []).filter((p) => !p.only || p.only === acting());
  const top = all.filter((p) => !p.thread || p.thread === p.ts || p.broadcast);
  seen.set(current, (rooms.get(current) ?? []).filter((p) => !p.thread).length);
  badge(current);
  $("empty").hidden = top.length > 0;
  const wanted = new Set(top.map((p) => p.ts));
  for (const [ts, { el }] of drawn) {
    if (wanted.has(ts)) continue;
    el.remove();
    drawn.delete(ts);
  }
  top.forEach((p, i) => {
    const replies = all.filter((r) => r.thread === p.ts && r.ts !== p.ts);
    const json = JSON.stringify([p, replies, open.has(p.ts)]);
    const known = drawn.get(p.ts);
    if (known?.json === json) return;
    const el = message(p, replies, known && known.content !== JSON.stringify(p));
    const scrolled = offset(known?.el.querySelector(".replies"));
    const focus = known?.el.contains(document.activeElement) ? handle(document.activeElement) : null;
    if (known) known.el.replaceWith(el);
    else $("posts").insertBefore(el, $("posts").children[i] ?? null);
    drawn.set(p.ts, { el, json, content: JSON.stringify(p) });
    const replied = el.querySelector(".replies");
    if (replied) replied.scrollTop = replied.scrollHeight - replied.clientHeight - scrolled;
    if (focus) (el.querySelector(focus) ?? el).focus({ preventScroll: true });
  });
  if (atEnd) room.scrollTop = room.scrollHeight;
}

// offset is how far a thread was scrolled up from its end, 0 close to it.
function offset(el) {
  const up = el ? el.scrollHeight - el.clientHeight - el.scrollTop : 0;
  return up < 40 ? 0 : up;
}

// handle finds a control again after its message was drawn anew.
function handle(el) {
  if (el.dataset.action) return `[data-action="${CSS.escape(el.dataset.action)}"]`;
  return ["fold", "replies"].filter((name) => el.classList.contains(name)).map((name) => `.${name}`)[0] ?? null;
}

function message(p, replies, changed) {
  const el = h("article", {
    class: `post${p.only ? " only" : ""}${changed ? " changed" : ""}`, tabindex: "-1",
    "data-testid": "post", "data-ts": p.ts, "aria-label": `${nameOf(p.user)} at ${clockTime(p.at)}`,
  },
    face(p.user),
    h("div", { class: "said" },
      p.only && h("p", { class: "private" }, `Only visible to ${first(nameOf(p.only))}`),
      h("p", { class: "by" }, h("b", {}, nameOf(p.user)), p.user === world.Bot && h("span", { class: "app" }, "app"), h("time", {}, clockTime(p.at))),
      content(p, (action, value) => press(el, p, action, value)),
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
        content(r, (action, value) => press(null, r, action, value))))));
}

async function press(el, p, action, value) {
  el?.classList.add("busy");
  const done = await act("click", { user: acting(), channel: current, ts: p.ts, action, value });
  el?.classList.remove("busy");
  tell(done.ok ? "" : done.text || `The app answered ${done.status}.`);
}

function tell(text) {
  $("told").textContent = text;
  $("told").classList.toggle("bad", Boolean(text));
}

// begin wires the chat up.
export function begin() {
  for (const el of document.querySelectorAll("[data-face]")) el.replaceWith(face(el.dataset.face));
  for (const tab of tabs) tab.addEventListener("click", () => showRoom(tab.dataset.room));
  $("tabs").addEventListener("keydown", (ev) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[ev.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(tabOf(current)) + step + tabs.length) % tabs.length];
    showRoom(next.dataset.room);
    next.focus();
  });
  $("acting").addEventListener("change", () => draw(false));
  $("command").addEventListener("submit", async (ev) => {
    ev.preventDefault();
    const text = $("words").value;
    $("words").value = "";
    const done = await act("command", { user: acting(), channel: current, text });
    tell(done.ok ? "" : done.text || `The app answered ${done.status}.`);
    $("room").scrollTop = $("room").scrollHeight;
  });
  showRoom(world.Channels[0].ID);
}
