import { $, act, first, h, personOf } from "./dom.js";

export function begin() {
  for (const button of document.querySelectorAll("[data-sample]")) {
    button.addEventListener("click", () => send({ sample: button.dataset.sample }, button));
  }
  $("own").addEventListener("submit", (ev) => {
    ev.preventDefault();
    send({ summary: $("own-summary").value, severity: $("own-severity").value, route: $("own-route").value });
  });
}

async function send(order, button) {
  button?.classList.add("busy");
  const begun = performance.now();
  const done = await act("alert", order);
  button?.classList.remove("busy");
  const took = Math.round(performance.now() - begun);
  $("sent").classList.toggle("bad", !done.ok);
  $("sent").replaceChildren(
    h("b", {}, done.status ? `${done.status} in ${took} ms` : "Not sent"), " ",
    h("code", {}, done.text ?? ""));
}

// duty lists who is on call.
export function duty(shifts) {
  if (!shifts) return;
  $("duty").replaceChildren(...shifts.map((s) => h("li", {},
    h("span", { class: "who" }, s.on_call?.length ? s.on_call.map((id) => personOf(id).name).join(" & ") : "nobody"),
    h("small", {}, `${s.team} / ${s.schedule}${s.source === "override" ? " · override" : ""}${s.next?.length ? ` · next ${s.next.map((id) => first(personOf(id).name)).join(" & ")}` : ""}`))));
}
