// h makes an element: attributes, on* listeners, then children. Text is always
// text, so nothing that comes from outside turns into markup.
export function h(tag, props, ...children) {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) el.addEventListener(name.slice(2), value);
    else if (name === "class") el.className = value;
    else el.setAttribute(name, value === true ? "" : value);
  }
  el.append(...children.flat(Infinity).filter((c) => c !== undefined && c !== null && c !== false));
  return el;
}

export const $ = (id) => document.getElementById(id);

export const world = JSON.parse($("world").textContent);

const byAccount = new Map(world.People.flatMap((p) => [[p.slack, p], [p.discord, p]]).filter(([id]) => id));
const bots = [world.Bot, world.DiscordBot];
const byID = new Map(world.People.map((p) => [p.id, p]));

// isBot reports whether an account is Earshot's own, on either chat.
export const isBot = (user) => bots.includes(user);

// nameOf is what the owner of an account on either chat is called.
export const nameOf = (user) => (isBot(user) ? "Earshot" : byAccount.get(user)?.name ?? user);

// personOf finds somebody by the key of the configuration.
export const personOf = (id) => byID.get(id) ?? { id, name: id };

export const first = (name) => name.split(" ")[0];

export const initials = (name) => name.split(" ").map((w) => w[0]).join("").slice(0, 2).toUpperCase();

// face is a round picture of somebody: their initials on a colour of their own.
export function face(user) {
  if (isBot(user)) return h("img", { class: "face", src: "/demo/assets/icon.svg", alt: "", width: 34, height: 34 });
  const at = world.People.findIndex((p) => p.slack === user || p.discord === user || p.id === user);
  return h("span", { class: `face c${Math.max(at, 0)}`, "aria-hidden": "true" }, initials(nameOf(user) === user ? personOf(user).name : nameOf(user)));
}

// file is what was put into a chat: a picture, or something to open.
export const file = (name, url, alt) => (/\.png$/i.test(name)
  ? h("img", { class: "picture", src: url, alt })
  : h("a", { class: "file", href: url, target: "_blank", rel: "noopener" }, name));

let down = false;
addEventListener("pointerdown", () => { down = true; }, true);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(() => { down = false; }), true);

// touched reports whether somebody is in the middle of a press or of a menu
// within an element: what is under a hand must not be drawn anew, or the click is lost.
export function touched(el) {
  if (down) return true;
  if (el.querySelector("details[open]")) return true;
  return CSS.supports("selector(:open)") && el.querySelector("select:open") !== null;
}

// act asks the demo to do something and returns how it went.
export async function act(path, body) {
  try {
    const res = await fetch(`/demo/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return await res.json();
  } catch (err) {
    return { ok: false, text: `The demo does not answer: ${err.message}` };
  }
}

const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });
export const clockTime = (millis) => hour.format(new Date(millis));
