import { file, h, world } from "./dom.js";
import { markdown } from "./markdown.js";

// content draws what a message of Discord's says. press(action, value) is called
// when somebody uses one of its controls.
export function content(message, press) {
  const files = message.attachments ?? [];
  const out = [];
  if (message.thinking) out.push(h("p", { class: "text thinking" }, "Earshot is thinking…"));
  if (message.text) out.push(h("p", { class: "text" }, markdown(message.text)));
  for (const e of message.embeds ?? []) out.push(embed(e, files));
  const framed = new Set((message.embeds ?? []).flatMap((e) => [e.image, e.thumbnail]).map((i) => i && nameOfFile(i.url)));
  for (const f of files) if (!framed.has(f.filename)) out.push(shown(f));
  for (const row of message.components ?? []) {
    out.push(h("div", { class: "actions", role: "group", "aria-label": "Actions" }, row.components.map((c) => control(c, press))));
  }
  return out;
}

const nameOfFile = (url) => url.replace(/^attachment:\/\//, "").split("/").pop();

const shown = (f) => file(f.filename, f.url, f.description ?? "");

function embed(e, files) {
  const el = h("div", { class: "embed" });
  if (e.color) el.style.setProperty("--edge", `#${e.color.toString(16).padStart(6, "0")}`);
  if (e.author) el.append(h("p", { class: "context" }, e.author.name));
  if (e.title) el.append(h("p", { class: "title" }, markdown(e.title)));
  if (e.description) el.append(h("div", { class: "text" }, markdown(e.description)));
  if (e.fields) el.append(h("div", { class: "fields" }, e.fields.map((f) => h("p", {}, h("b", {}, markdown(f.name)), h("br"), markdown(f.value)))));
  const image = e.image && files.find((f) => f.filename === nameOfFile(e.image.url));
  if (image) el.append(shown(image));
  if (e.footer) el.append(h("p", { class: "context" }, e.footer.text));
  return el;
}

const styles = { 1: "blurple", 2: "grey", 3: "green", 4: "red", 5: "grey" };
const userMenu = 5;

function control(c, press) {
  const mark = { "data-action": c.custom_id, "data-testid": `action-${c.custom_id}`, disabled: c.disabled };
  const label = [c.emoji?.name, c.label].filter(Boolean).join(" ");
  if (c.url) return h("a", { class: "act grey", href: c.url, target: "_blank", rel: "noopener noreferrer" }, label);
  if (c.type === 2) return h("button", { type: "button", class: `act ${styles[c.style]}`, ...mark, onclick: () => press(c.custom_id, "") }, label);
  const options = c.type === userMenu ? world.People.filter((p) => p.discord).map((p) => ({ value: p.discord, label: p.name })) : c.options ?? [];
  const title = c.placeholder || "Make a selection";
  const el = h("select", { class: "act pick", ...mark, "aria-label": title, onchange: () => el.value && press(c.custom_id, el.value) },
    h("option", { value: "" }, title),
    options.map((o) => h("option", { value: o.value, selected: o.default }, o.label)));
  return el;
}
