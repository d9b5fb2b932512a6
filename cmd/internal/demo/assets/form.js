import { $, act, h } from "./dom.js";
import { mrkdwn } from "./mrkdwn.js";

let from = { chat: "", user: "" }; // who did what may open a form
let shown = null; // the form that is open
const closed = new Set(); // Slack's forms that were cancelled here

// expect notes who does something that may open a form.
export function expect(chat, user) { from = { chat, user }; }

// opened takes the form that is open before a user in Slack.
export function opened(user, form) {
  if (from.chat !== "slack" || user !== from.user) return;
  if (form && !closed.has(form.id)) show(form);
  else if (!form && shown) close();
}

// show opens a form, or shows it anew.
export function show(form) {
  if (JSON.stringify(shown) === JSON.stringify(form)) return;
  shown = form;
  const dialog = $("form");
  dialog.dataset.chat = from.chat;
  $("form-title").textContent = form.title;
  $("form-submit").textContent = form.submit;
  $("form-problem").textContent = "";
  $("form-fields").replaceChildren(...(form.note ? [h("p", { class: "note" }, mrkdwn(form.note))] : []), ...form.fields.map(field));
  if (!dialog.open) dialog.showModal();
}

function field(f) {
  const id = `field-${f.name}`;
  const common = { id, name: f.name, "data-testid": id, required: !f.optional, "aria-describedby": `${id}-hint ${id}-wrong` };
  const input = f.options?.length
    ? h("select", common, h("option", { value: "" }, ""), f.options.map((o) => h("option", { value: o.value, selected: o.value === f.value }, o.label)))
    : h(f.long ? "textarea" : "input", { ...common, type: f.moment ? "datetime-local" : undefined, maxlength: f.max || undefined, placeholder: f.inside });
  if (!f.options?.length) input.value = f.moment ? local(f.value) : f.value ?? "";
  return h("label", { class: "field", for: id },
    h("span", {}, f.label, f.optional && h("i", {}, " (optional)")), input,
    h("small", { id: `${id}-hint` }, f.hint ?? ""), h("small", { id: `${id}-wrong`, class: "wrong" }));
}

// local writes seconds since 1970 as the browser's own field for a moment does.
function local(seconds) {
  if (!seconds) return "";
  const at = new Date(Number(seconds) * 1000);
  return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

function values() {
  return Object.fromEntries(shown.fields.map((f) => {
    const typed = $(`field-${f.name}`).value;
    return [f.name, f.moment && typed ? String(Math.floor(new Date(typed) / 1000)) : typed];
  }));
}

async function submit(ev) {
  ev.preventDefault();
  const form = shown;
  const answer = await act(`${from.chat}/submit`, { user: from.user, id: form.id, values: values() });
  for (const f of form.fields) {
    const wrong = answer.errors?.[f.name] ?? "";
    const input = $(`field-${f.name}`);
    if (!input) continue;
    $(`field-${f.name}-wrong`).textContent = wrong;
    input.toggleAttribute("aria-invalid", Boolean(wrong));
    if (wrong) input.focus();
  }
  $("form-problem").textContent = answer.ok || answer.errors ? "" : answer.text || `The app answered ${answer.status}.`;
  if (answer.ok && shown === form) close();
}

function close() {
  if (shown) closed.add(shown.id);
  shown = null;
  $("form").close();
}

// begin wires the form up.
export function begin() {
  $("form-body").addEventListener("submit", submit);
  $("form-cancel").addEventListener("click", close);
  $("form").addEventListener("cancel", close);
}
