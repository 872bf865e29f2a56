// The widget's own parts with one text in them, marked. The editor sends what is typed, letter by letter.

import { header, menu, Panel } from "/widget/panels.js";
import { dir, h, t, tag, useLanguage } from "/widget/ui.js";
import { Composer, Log } from "/widget/view.js";

const data = JSON.parse(document.getElementById("data").textContent);
const nothing = () => {};
const host = document.body.appendChild(h("div", { page: true }));
const root = host.attachShadow({ mode: "open" });

/** A bot message as the chat API sends it. */
function message(text, choices) {
  return {
    id: "preview", from: "bot", at: "2026-11-22T10:00:00Z", language: data.language, dir: data.dir, text, choices,
    contacts: data.kind === "widget" ? [{ label: "112", tel: "112", href: "https://www.bris.se", note: "…" }] : [],
    sources: data.kind === "widget" ? [{ title: "…", organisation: "…", year: "2026", url: null, checked_on: "2026-11-22" }] : [],
    meta: { kind: data.danger ? "danger" : "chat", intent: null },
  };
}

function draw(text) {
  const log = new Log({ say: nothing, retry: nothing, again: nothing });
  const onButton = data.kind === "button";
  const items = [{ message: message(onButton || data.kind === "widget" ? "…" : text, onButton ? [{ label: text, choice: "x" }] : []) }];
  const main = h("div", { class: "main" }, h("div", { class: "talk" }, log.element, log.down, log.status));
  const app = { wanted: {}, conversation: true, languages: [], panel: null };
  if (data.kind === "widget") main.append(new Composer(nothing).element);
  const shell = h("div", { class: "shell", lang: tag(), dir: dir() }, data.kind === "widget" && header(app), h("div", { class: "body" }, main));
  root.replaceChildren(h("link", { rel: "stylesheet", href: "/widget/navet.css" }), h("link", { rel: "stylesheet", href: "/staff/static/preview.css" }), shell);
  log.add(items, items, "history");
  if (data.kind === "widget") find(text, app, main);
  else mark(shell, text);
}

/** Widget words stand in the header, in a message, in the menu, or elsewhere; elsewhere they are shown alone. */
function find(text, app, main) {
  if (mark(root, text)) return;
  app.panel = new Panel(main);
  menu(app);
  if (mark(root, text)) return;
  app.panel.close();
  main.replaceChildren(h("section", { class: "start" }, h("p", {}, text)));
  mark(root, text);
}

function mark(place, text) {
  const wanted = bare(text);
  const said = (element) => [element.textContent, element.getAttribute("aria-label"), element.getAttribute("placeholder")].some((words) => words && bare(words).includes(wanted));
  const found = [...place.querySelectorAll("p, span, button, h2, label, a, summary, textarea, li, dt")].filter(said).pop();
  const shown = found?.closest(".vh")?.parentElement || found;
  shown?.classList.add("marked");
  shown?.scrollIntoView({ block: "nearest" });
  return Boolean(shown);
}

// numbers are filled in and isolated in the widget, so only the letters are compared
const bare = (words) => words.replace(/\{\w+\}/g, "").replace(/[^\p{L}]/gu, "");

async function show(text) {
  const strings = data.kind === "widget" ? { ...data.strings, [data.msgid]: text } : data.strings;
  await useLanguage({ strings: async () => ({ language: data.language, dir: data.dir, strings }) }, data.language);
  draw(data.kind === "widget" ? t(data.msgid) : text);
}

addEventListener("message", (event) => {
  if (event.origin === location.origin && event.source === parent && typeof event.data?.text === "string") show(event.data.text);
});
show(data.text);
