import { button, drawing, h, icon, number, t, tag } from "./ui.js";
import { contacts, sources } from "./view.js";

export function header(app) {
  return h("header", {},
    h("div", { class: "top" },
      h(app.wanted.foldable ? "p" : "h1", { class: "name" }, icon("hub"), "Navet"),
      h("nav", { "aria-label": t("Menu") },
        app.conversation && button(t("Map"), () => showMap(app), { sign: "map" }),
        button(t("Menu"), () => menu(app), { sign: "menu" }),
        app.wanted.foldable && h("button", { type: "button", "aria-label": t("Close the chat"), onclick: app.fold }, icon("close")))),
    h("div", { class: "safety" },
      button(t("Help now"), () => app.showHelp(), { sign: "help", class: "urgent" }),
      // i18n: hides the chat at once when somebody comes
      button(t("Leave fast"), () => app.leave(), { sign: "exit", class: "leave" })));
}

/** A <dialog> that leaves the header free: help and the way out are always there. */
export class Panel {
  constructor(covered) {
    this.covered = covered;
  }

  show(name, title, content, ...actions) {
    this.opener = this.element ? this.opener : this.covered.getRootNode().activeElement;
    this.element?.remove();
    const heading = h("h2", { id: "title", tabindex: "-1" }, title);
    this.element = h("dialog", { class: `panel ${name}`, "aria-labelledby": "title", open: true },
      h("div", { class: "bar" }, heading, actions, button(t("Close"), () => this.close())),
      h("div", { class: "content" }, content));
    this.covered.classList.add("covered");
    this.covered.after(this.element);
    heading.focus();
  }

  close() {
    if (!this.element) return;
    this.element.remove();
    this.element = null;
    this.covered.classList.remove("covered");
    this.opener?.focus({ preventScroll: true });
  }
}

/** The numbers fetched last, else 112: it works without network. */
export function help({ language, dir, text, contacts: list } = {}) {
  const known = list?.length ? list : [{ label: "112", tel: "112" }];
  return h("div", { lang: language && tag(language), dir }, h("p", {}, text || t("Are you or somebody else in danger? Call {number}. It is free.", { number: 112 })), contacts(known, true));
}

export function languageButtons(languages, choose) {
  return h("ul", { class: "languages" }, languages.map((language) =>
    h("li", {}, h("button", { type: "button", lang: tag(language.code), dir: language.dir, onclick: () => choose(language) }, language.name))));
}

export const page = (title, ...content) => h("section", { class: "start" }, icon("hub"), h("h2", { tabindex: "-1" }, title), content);

export function ordered(languages, wished = navigator.languages) {
  const place = ({ code }) => wished.findIndex((wish) => wish.split("-")[0] === code.split("_")[0]);
  const known = languages.filter((language) => place(language) >= 0).sort((one, other) => place(one) - place(other));
  return [...known, ...languages.filter((language) => !known.includes(language))];
}

const list = (...items) => h("ul", { class: "list" }, items.map((item) => item && h("li", {}, item)));

export function menu(app) {
  const talking = app.conversation;
  app.panel.show("menu", t("Menu"), list(
    button(t("Change language"), () => deeper(app, t("Change language"), languageButtons(app.languages, (language) => app.changeLanguage(language)))),
    talking && button(t("Change where I am"), () => stages(app)),
    talking && button(t("My questions for the meeting"), () => showQuestions(app)),
    talking && button(t("I have a code"), () => codeBox(app)),
    talking && button(t("Delete everything"), () => erase(app)),
    button(t("About Navet"), () => about(app))));
}

function deeper(app, title, ...content) {
  app.panel.show("menu", title, content, button(t("Back"), () => menu(app)));
}

export function codeBox(app) {
  const box = h("input", { "aria-labelledby": "title", maxlength: "99", dir: "ltr", autocomplete: "off", required: true });
  const use = (event) => (event.preventDefault(), app.useCode(box.value));
  app.panel.show("menu", t("I have a code"), h("form", { class: "list", onsubmit: use }, box, button(t("Send"), null, { type: "submit", class: "strong" })));
}

/** A page of the panel that can be printed; `draw` gives its content once it is fetched. */
async function printable(app, title, draw) {
  const place = h("p", { role: "status" }, t("One moment"));
  app.panel.show("map", title, place, button(t("Print"), () => print()));
  await app.attempt(async () => place.replaceWith(...(await draw())));
}

const showQuestions = (app) =>
  printable(app, t("My questions for the meeting"), async () => [questions((await app.api.meeting(app.conversation.chat)).questions)]);

function showMap(app) {
  const ask = (text) => {
    app.panel.close();
    app.conversation.say({ text }, text);
  };
  const here = (stage) => app.change({ stage });
  return printable(app, t("The way, step by step"), async () => road(await app.map(), { ask, here }));
}

/** What the child wants to ask, in its own language and in Swedish side by side. */
function questions(asked) {
  if (!asked.length) return h("p", {}, t("No questions here yet."));
  const cell = (text, language, way) => h("td", { lang: tag(language), dir: way }, text);
  return h("table", { class: "asked" }, asked.map(({ text, sv, language, dir: way }) =>
    h("tr", {}, cell(text, language, way), text !== sv && cell(sv, "sv", "ltr"))));
}

async function stages(app) {
  const place = h("div", { role: "status" }, t("One moment"));
  deeper(app, t("Where are you now?"), place);
  const choice = ({ id, name }) => button(name, () => app.change({ stage: id }), { "aria-current": id === app.conversation?.stage && "true" });
  await app.attempt(async () => {
    const { stages: known } = await app.map();
    place.replaceWith(list(...known.map(choice), choice({ id: "unknown", name: t("I don't know, or don't want to say") })));
  });
}

function erase(app) {
  deeper(app, t("Delete everything?"),
    h("p", {}, t("All you wrote here goes away. You cannot undo it. What an adult has read stays with that adult.")),
    list(button(t("Yes, delete everything"), () => app.erase(), { class: "grave" }), button(t("No, keep it"), () => app.panel.close())));
}

function about(app) {
  deeper(app, t("About Navet"), [
    t("Navet is a computer, not a person. Adults wrote the answers. Navet does not work for Migrationsverket."),
    t("Navet keeps what you wrote for a time. You can delete it in the menu."),
    t("Does somebody come? Press Leave fast, or press Esc two times. Then the chat is gone from this phone."),
    t("The browser may remember that you were on this page. You can clear its history."),
  ].map((text) => h("p", {}, text)));
}

// --- the map: a road with stops; each opens what happens, who does what, what to ask

// a bend, stretched to the height of its stop
const BENDS = ["M30 0C30 50 70 50 70 100", "M70 0C70 50 30 50 30 100"];

function road({ stages, language, dir }, act) {
  const stops = stages.map((stage, index) => stop(stage, index, act, index === stages.length - 1));
  return [
    h("p", {}, t("Press a step to read more. Everyone's way is different. You may not come to every step.")),
    h("ol", { class: "road", lang: tag(language), dir, onkeydown: move }, stops),
  ];
}

function stop(stage, index, act, last) {
  const box = h("div", { class: "box", id: `box-${index}`, hidden: true }, inside(stage, act));
  const props = { type: "button", class: "stop", "aria-expanded": "false", "aria-controls": box.id };
  const opener = h("button", { ...props, onclick: () => opener.setAttribute("aria-expanded", String(!(box.hidden = !box.hidden))) },
    // i18n: {number} is the place of the step on the map
    h("span", { class: "vh" }, t("Step {number}", { number: number(index + 1) }), ": "),
    h("span", { class: "number", "aria-hidden": "true" }, number(index + 1)),
    h("span", { class: "label" }, stage.name, stage.here && h("strong", { class: "here" }, t("You are here"))));
  return h("li", { "aria-current": stage.here && "step" },
    !last && drawing(BENDS[index % 2], { class: "bend", viewBox: "0 0 100 100", preserveAspectRatio: "none" }), h("h3", {}, opener), box);
}

function inside({ id, here, happens, people, ask }, act) {
  return [
    part(t("What happens"), happens, h("ul", { class: "facts" }, happens.map((fact) => h("li", {}, h("p", {}, fact.text), sources(fact.sources))))),
    part(t("Who does what"), people, h("dl", {}, people.map(({ name, does }) => h("div", {}, h("dt", {}, name), h("dd", {}, does))))),
    part(t("You can ask"), ask, h("div", { class: "list" }, ask.map(({ text }) => button(text, () => act.ask(text))))),
    !here && button(t("I am here"), () => act.here(id), { class: "strong" }),
  ];
}

const part = (title, entries, content) => entries.length > 0 && [h("h4", {}, title), content];

function move(event) {
  const stops = [...event.currentTarget.querySelectorAll(".stop")];
  const at = stops.indexOf(event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
  if (at < 0 || !stops[to]) return;
  event.preventDefault();
  stops[to].focus();
}
