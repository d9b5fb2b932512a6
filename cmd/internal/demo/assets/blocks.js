import { $, file, h, world } from "./dom.js";
import { mrkdwn, plainText } from "./mrkdwn.js";

// content draws what a message says. press(action, value) is called when
// somebody uses one of its controls.
export function content(message, press) {
  if (message.home) return message.home.map((b) => block(b, press));
  const out = [];
  if (message.blocks?.length) out.push(...message.blocks.map((b) => block(b, press)));
  else if (message.text) out.push(h("p", { class: "text" }, mrkdwn(message.text)));
  for (const a of message.attachments ?? []) out.push(attachment(a, press));
  for (const f of message.files ?? []) out.push(file(f.name, f.url, f.alt));
  return out;
}

function attachment(a, press) {
  const el = h("div", { class: "attachment" });
  if (/^#?[0-9a-f]{6}$/i.test(a.color ?? "")) el.style.setProperty("--edge", `#${a.color.replace("#", "")}`);
  if (a.blocks) {
    el.append(...a.blocks.map((b) => block(b, press)));
    return el;
  }
  if (a.pretext) el.append(h("p", { class: "text" }, mrkdwn(a.pretext)));
  if (a.title) el.append(h("p", { class: "text" }, h("b", {}, mrkdwn(a.title))));
  if (a.text) el.append(h("p", { class: "text" }, mrkdwn(a.text)));
  if (a.fields) el.append(h("div", { class: "fields" }, a.fields.map((f) => h("p", {}, h("b", {}, f.title), h("br"), mrkdwn(f.value ?? "")))));
  if (a.footer) el.append(h("p", { class: "context" }, mrkdwn(a.footer)));
  return el;
}

const words = (object) => (object?.type === "mrkdwn" ? mrkdwn(object.text) : [plainText(object)]);

function block(b, press) {
  switch (b.type) {
    case "header":
      return h("h3", {}, plainText(b.text));
    case "divider":
      return h("hr");
    case "section": {
      const body = h("div", { class: "body" });
      if (b.text) body.append(h("p", { class: "text" }, words(b.text)));
      if (b.fields) body.append(h("div", { class: "fields" }, b.fields.map((f) => h("p", {}, words(f)))));
      return h("div", { class: "section" }, body, b.accessory && element(b.accessory, press));
    }
    case "context":
      return h("p", { class: "context" }, b.elements.map((e) => (e.type === "image" ? e.alt_text : h("span", {}, words(e)))));
    case "actions":
      return h("div", { class: "actions", role: "group", "aria-label": "Actions" }, b.elements.map((e) => element(e, press)));
    case "markdown":
      return h("p", { class: "text" }, b.text);
    case "image":
      return file("picture.png", `/demo/file/slack/${encodeURIComponent(b.slack_file?.id ?? "")}`, b.alt_text ?? "");
  }
  return h("p", { class: "context" }, `A ${b.type} block`);
}

function element(e, press) {
  const mark = { "data-action": e.action_id, "data-value": e.value, "data-testid": `action-${e.action_id}` };
  switch (e.type) {
    case "button":
      return h("button", {
        type: "button", class: `act ${e.style ?? ""}`, ...mark, "aria-label": e.accessibility_label,
        onclick: async () => {
          if (e.confirm && !(await sure(e.confirm))) return;
          if (/^https?:/i.test(e.url ?? "")) window.open(e.url, "_blank", "noopener");
          press(e.action_id, "", e.value);
        },
      }, plainText(e.text));
    case "overflow":
      return menu(e, press, mark);
    case "static_select":
    case "users_select":
      return select(e, press, mark);
    case "image":
      return h("span", {}, e.alt_text);
  }
  return h("span", { class: "context" }, e.type);
}

function menu(e, press, mark) {
  const el = h("details", { class: "menu" },
    h("summary", { ...mark, "aria-label": "More actions" }, "•••"),
    h("div", { class: "sheet" }, e.options.map((o) =>
      h("button", { type: "button", "data-value": o.value, onclick: () => { el.open = false; press(e.action_id, o.value); } }, words(o.text)))));
  el.addEventListener("keydown", (ev) => {
    if (ev.key !== "Escape" || !el.open) return;
    el.open = false;
    el.querySelector("summary").focus();
  });
  el.addEventListener("focusout", (ev) => { if (!el.contains(ev.relatedTarget)) el.open = false; });
  return el;
}

function select(e, press, mark) {
  const options = e.type === "users_select"
    ? world.People.filter((p) => p.slack).map((p) => ({ value: p.slack, text: { text: p.name } }))
    : [...(e.options ?? []), ...(e.option_groups ?? []).flatMap((g) => g.options)];
  const chosen = e.initial_option?.value ?? e.initial_user ?? "";
  const label = plainText(e.placeholder) || "Choose";
  const el = h("select", { class: "act", ...mark, "aria-label": label, onchange: () => el.value && press(e.action_id, el.value) },
    h("option", { value: "" }, label),
    options.map((o) => h("option", { value: o.value, selected: o.value === chosen }, plainText(o.text))));
  return el;
}

// sure asks what a button's confirm object asks.
function sure(confirm) {
  const dialog = $("sure");
  $("sure-title").textContent = plainText(confirm.title);
  $("sure-text").replaceChildren(...words(confirm.text));
  $("sure-yes").textContent = plainText(confirm.confirm) || "Yes";
  $("sure-no").textContent = plainText(confirm.deny) || "Cancel";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((done) => dialog.addEventListener("close", () => done(dialog.returnValue === "yes"), { once: true }));
}
