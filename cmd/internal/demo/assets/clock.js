import { $, act } from "./dom.js";

let base = Date.now(), since = performance.now(), speed = 1, held = false;

const shown = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "2-digit", minute: "2-digit", second: "2-digit", hour12: false });

// now is the demo's present time.
export const now = () => base + (performance.now() - since) * (held ? 1 : speed);

// sync takes the demo's present time.
export function sync(millis) {
  base = millis;
  since = performance.now();
}

// update takes how fast it runs.
export function update(value) {
  base = now();
  since = performance.now();
  ({ speed, held } = value);
  const radio = document.querySelector(`input[name=speed][value="${speed}"]`);
  if (radio) radio.checked = true;
  $("held").textContent = held && speed > 1 ? "real time while somebody is on the phone" : "";
  document.body.dataset.speed = held ? 1 : speed;
}

export function begin() {
  $("speeds").addEventListener("change", (ev) => act("speed", { speed: Number(ev.target.value) }));
  const tick = () => { $("time").textContent = shown.format(new Date(now())); };
  setInterval(tick, 200);
  tick();
}
