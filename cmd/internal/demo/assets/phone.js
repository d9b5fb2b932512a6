import { $, act, clockTime, first, h, touched, world } from "./dom.js";
import { hush, speak } from "./speech.js";

const records = new Map(); // number -> SMS and calls
const pockets = []; // the two phones in sight
const live = (r) => r.call === "ringing" || r.call === "in-progress";
const keys = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const meaning = { 4: "acknowledge", 5: "escalate", 6: "resolve", "*": "repeat" };

// update takes what a phone shows now.
export function update(number, list) {
  records.set(number, list);
  for (const pocket of pockets) if (pocket.number === number) draw(pocket);
  drawOthers();
  alarm();
}

export function begin() {
  for (const id of ["ana", "hal"]) pockets.push(pocket(world.People.find((p) => p.id === id).phone));
  $("pockets").append(...pockets.map((p) => p.el));
  pockets.forEach(draw);
}

function pocket(number) {
  const p = { number };
  p.owner = h("select", { "aria-label": "Whose phone", onchange: () => show(p, p.owner.value) },
    world.People.map((who) => h("option", { value: who.phone }, who.name)));
  p.log = h("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0", "aria-label": "Messages and calls" });
  p.call = h("div", { class: "call", hidden: true });
  p.input = h("input", { "aria-label": "Reply by SMS", placeholder: "Reply", maxlength: 320, "data-testid": "sms-text" });
  p.status = h("p", { class: "quiet", role: "status" });
  p.el = h("section", { class: "phone", tabindex: "0", "aria-label": "Phone", "data-testid": "phone" },
    h("div", { class: "ear", "aria-hidden": "true" }),
    h("header", {}, p.owner, h("small", { class: "number" })),
    h("div", { class: "screen" }, p.log, p.call),
    h("form", { class: "reply-box", onsubmit: (ev) => { ev.preventDefault(); reply(p); } },
      p.input, h("button", { class: "primary", "data-testid": "sms-send", "aria-label": "Send the reply" }, "Send")),
    p.status);
  p.el.addEventListener("keydown", (ev) => {
    if (ev.target === p.input || ev.target === p.owner || ev.ctrlKey || ev.metaKey || ev.altKey) return;
    const call = p.current;
    if (call?.call !== "in-progress" || !keys.includes(ev.key)) return;
    ev.preventDefault();
    press(p, ev.key);
  });
  show(p, number);
  return p;
}

// show puts somebody's phone into a pocket.
function show(p, number) {
  const other = pockets.find((q) => q !== p && q.number === number);
  if (other) show(other, p.number);
  p.number = number;
  p.drawn = p.callDrawn = "";
  p.owner.value = number;
  p.el.dataset.number = number;
  p.el.dataset.owner = world.People.find((who) => who.phone === number).id;
  p.el.setAttribute("aria-label", `${world.People.find((who) => who.phone === number).name}'s phone. While a call is on, the number keys press its keys.`);
  p.el.querySelector(".number").textContent = number.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, "+1 $1 $2 $3");
  draw(p);
  drawOthers();
}

function draw(p) {
  clearTimeout(p.later);
  if (touched(p.el)) {
    p.later = setTimeout(draw, 80, p);
    return;
  }
  const list = records.get(p.number) ?? [];
  const call = list.findLast(live);
  p.current = call;
  const past = list.filter((r) => r !== call);
  const json = JSON.stringify(past);
  if (json !== p.drawn) {
    const known = new Set([...p.log.children].map((el) => el.dataset.id));
    p.drawn = json;
    const fresh = past.map(entry);
    for (const el of fresh) if (known.size && !known.has(el.dataset.id)) el.classList.add("new");
    p.log.replaceChildren(...(fresh.length ? fresh : [h("p", { class: "silent" }, "Silent")]));
    p.log.scrollTop = p.log.scrollHeight;
  }
  p.el.dataset.state = call ? (call.call === "ringing" ? "ringing" : "talking") : "idle";
  drawCall(p, call);
}

function entry(r) {
  if (r.text !== undefined) {
    return h("div", { class: `bubble${r.mine ? " mine" : ""}`, "data-id": r.id, "data-testid": r.mine ? "sms-out" : "sms-in" },
      r.text, h("time", {}, clockTime(r.at)));
  }
  const words = { completed: r.keys ? `Call, pressed ${r.keys}` : "Call, no key pressed", "no-answer": "Missed call", busy: "Declined", canceled: "Call ended: taken care of", failed: "Call failed" };
  return h("p", { class: `past ${r.call}`, "data-id": r.id, "data-testid": "past-call" }, `${words[r.call] ?? r.call} · ${clockTime(r.at)}`);
}

function drawCall(p, call) {
  const json = JSON.stringify(call ?? null);
  if (json === p.callDrawn) return;
  const within = p.call.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  p.callDrawn = json;
  p.call.hidden = !call;
  if (!call) {
    p.call.replaceChildren();
    if (within !== undefined) p.el.focus();
    return;
  }
  if (call.call === "ringing") {
    p.call.replaceChildren(
      h("p", { class: "caller" }, h("span", { class: "waves", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("b", {}, "Earshot"), h("small", {}, "incoming call")),
      h("div", { class: "lift" },
        button(p, "decline", "Decline", "no"),
        button(p, "answer", "Answer", "yes")));
    return;
  }
  const transcript = h("div", { class: "transcript", role: "log", "aria-live": "assertive", tabindex: "0", "aria-label": "What the call says", "data-testid": "transcript" }, (call.spoken ?? []).map((s) => h("p", {}, s)));
  p.call.replaceChildren(
    h("p", { class: "caller small" }, h("b", {}, "Earshot"), h("small", {}, call.listening ? "press a key" : "speaking")),
    transcript,
    h("div", { class: "keypad", role: "group", "aria-label": "Keypad" }, keys.map((k) =>
      h("button", { type: "button", "data-key": k, "data-testid": `key-${k}`, disabled: !call.listening, "aria-label": meaning[k] ? `${k}, ${meaning[k]}` : k, onclick: () => press(p, k) },
        k, meaning[k] && h("small", {}, meaning[k])))),
    h("div", { class: "lift" }, button(p, "hangup", "Hang up", "no")));
  transcript.scrollTop = transcript.scrollHeight;
  speak(call.id, call.spoken ?? []);
  if (within !== undefined) (p.call.querySelector(`[data-key="${within}"]:enabled`) ?? p.el).focus();
}

function button(p, does, label, kind) {
  return h("button", { type: "button", class: kind, "data-key": "", "data-testid": does, onclick: () => { p.el.focus({ preventScroll: true }); move(p, does); } }, label);
}

async function move(p, does, key = "") {
  if (does !== "answer") hush(); // a key, as on any phone, cuts the voice short
  const done = await act("call", { number: p.number, call: p.current?.id ?? "", do: does, key });
  p.status.textContent = done.ok ? "" : done.text;
}

const press = (p, key) => move(p, "press", key);

async function reply(p) {
  const text = p.input.value.trim();
  if (!text) return;
  p.input.value = "";
  const done = await act("sms", { number: p.number, text });
  p.status.textContent = done.ok ? "Sent" : done.text;
}

// drawOthers lists the phones that are in nobody's sight.
function drawOthers() {
  const hidden = world.People.filter((who) => !pockets.some((p) => p.number === who.phone));
  $("others").replaceChildren(...hidden.map((who) => {
    const list = records.get(who.phone) ?? [];
    const call = list.findLast(live);
    const last = list.at(-1);
    const news = call ? (call.call === "ringing" ? "ringing…" : "on the phone") : !last ? "silent" : last.text !== undefined ? last.text : last.call === "no-answer" ? "missed call" : "a call";
    return h("li", { "data-owner": who.id, "data-state": call ? "ringing" : "idle" },
      h("button", { type: "button", onclick: () => show(pockets.at(-1), who.phone), "aria-label": `Show the phone of ${who.name}: ${news}` },
        h("b", {}, first(who.name)), h("small", {}, who.role), h("span", {}, news)));
  }));
}

let ringing = "";

// alarm says whose phone rings, once for each call.
function alarm() {
  const calls = world.People.filter((who) => (records.get(who.phone) ?? []).some((r) => r.call === "ringing"));
  document.title = calls.length ? `${calls.map((who) => first(who.name)).join(", ")}: ringing · Earshot demo` : "Earshot demo";
  const now = calls.map((who) => who.name).join(", ");
  if (now !== ringing) $("alarm").textContent = now ? `Ringing: ${now}` : "";
  ringing = now;
}
