import { $, act, h } from "./dom.js";
import * as chat from "./chat.js";
import * as form from "./form.js";
import { learnRoles } from "./markdown.js";

const phrases = ["who", "list", "help", "ack PLATFORM-1", "escalate PLATFORM-1", "resolve PLATFORM-1", "me", "report", "test me"];
let words = []; // those of Discord's slash command, with their options
let word = null; // the one that is being typed
let typing = 0; // the timer of what is asked while somebody types

// learn takes what the Discord server knows.
export function learn(server) {
  words = server.words;
  learnRoles(server.roles);
  if (chat.which() === "discord") offer();
}

// split finds the word that a line begins with: in Discord rarer ones stand in a group.
function split(line) {
  const [begin, ...rest] = line.trim().split(/\s+/);
  const pair = words.find((w) => w.name === `${begin} ${rest[0]}`);
  if (pair) return { found: pair, name: pair.name, rest: rest.slice(1).join(" ") };
  const found = words.find((w) => w.name === (begin || "who") || w.name.endsWith(` ${begin}`));
  return { found, name: found?.name ?? begin, rest: rest.join(" ") };
}

// offer fills the list of what may be typed.
function offer() {
  const list = chat.which() === "slack" ? phrases.map((p) => [p, ""]) : words.map((w) => [w.name, w.help]);
  $("phrases").replaceChildren(...list.map(([value, label]) => h("option", { value, label: label || undefined })));
  parts();
}

// parts shows the options of the word that is typed, as Discord does.
function parts() {
  const typed = chat.which() === "discord" && $("words").value.trim() ? split($("words").value).found : null;
  if (typed === word) return;
  word = typed ?? null;
  const options = (word?.options ?? []).filter((o) => o.name !== "text");
  $("parts").hidden = options.length === 0;
  $("parts").replaceChildren(...options.map(chip));
}

// chip is one option; what the app offers for it comes while it is typed.
function chip(option) {
  const list = h("datalist", { id: `offers-${option.name}` });
  const input = h("input", {
    "data-option": option.name, "data-testid": `option-${option.name}`, list: option.offers ? list.id : undefined,
    placeholder: option.help, title: option.help, maxlength: 100,
  });
  const ask = () => {
    clearTimeout(typing);
    typing = setTimeout(async () => {
      const asked = await act("discord/complete", { ...chat.place(), word: word.name, options: { ...given(), [option.name]: input.value }, focused: option.name });
      list.replaceChildren(...(asked.choices ?? []).map((c) => h("option", { value: c.value, label: c.label })));
    }, 120);
  };
  if (option.offers) for (const event of ["focus", "input"]) input.addEventListener(event, ask);
  input.addEventListener("change", () => clearTimeout(typing));
  return h("label", { class: "part" }, h("span", {}, option.name), input, list);
}

// given are the options that are filled in.
function given() {
  const filled = [...$("parts").querySelectorAll("[data-option]")].filter((i) => i.value.trim());
  return Object.fromEntries(filled.map((i) => [i.dataset.option, i.value.trim()]));
}

async function send(ev) {
  ev.preventDefault();
  clearTimeout(typing);
  const text = $("words").value;
  const options = given();
  $("words").value = "";
  parts();
  form.expect(chat.which(), chat.acting());
  if (chat.which() === "slack") {
    chat.done(await act("slack/command", { ...chat.place(), text }));
  } else {
    const { name, rest } = split(text);
    if (rest) options.text = rest;
    chat.done(await act("discord/command", { ...chat.place(), word: name, options }));
  }
  $("room").scrollTop = $("room").scrollHeight;
}

// begin wires the line of the slash command up.
export function begin() {
  $("command").addEventListener("submit", send);
  $("words").addEventListener("input", parts);
  document.addEventListener("room", offer);
  offer();
}
