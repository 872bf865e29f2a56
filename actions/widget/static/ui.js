const SVG = "http://www.w3.org/2000/svg";
const nothing = (child) => [false, null, undefined].includes(child);

/** props: attributes, or listeners as `onclick: function`. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (!nothing(value)) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => !nothing(child)));
  return element;
}

export function drawing(path, props = {}) {
  const svg = document.createElementNS(SVG, "svg");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", ...props })) svg.setAttribute(name, value);
  svg.append(line);
  return svg;
}

const ICONS = {
  hub: "M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6M12 2a2 2 0 1 0 0 4 2 2 0 0 0 0-4M5 15a2 2 0 1 0 0 4 2 2 0 0 0 0-4M19 15a2 2 0 1 0 0 4 2 2 0 0 0 0-4M12 9V6M9 14l-2 2M15 14l2 2",
  map: "M5 20h9a3 3 0 0 0 0-7h-4a3 3 0 0 1 0-6h9M16 4l3 3-3 3",
  menu: "M4 7h16M4 12h16M4 17h16",
  help: "M5 4h4l2 4-3 2a11 11 0 0 0 6 6l2-3 4 2v4a2 2 0 0 1-2 2A16 16 0 0 1 3 6 2 2 0 0 1 5 4",
  exit: "M10 4H5v16h5M14 8l4 4-4 4M18 12H9",
  close: "M6 6l12 12M18 6 6 18",
  send: "M4 12h15M13 6l6 6-6 6",
  listen: "M4 9v6h4l5 4V5L8 9zM16 9a4 4 0 0 1 0 6M18.5 6.5a8 8 0 0 1 0 11",
  kept: "M6 3h9l4 4v14H6zM9 9h6M9 13h7M9 17h5",
  read: "M9 4a3 3 0 1 0 0 6 3 3 0 0 0 0-6M3 20a6 6 0 0 1 12 0zM16 9l2 2 4-4",
  danger: "M12 3 2 20h20zM12 10v5M12 17.5v.1",
  down: "M12 5v14M6 13l6 6 6-6",
};

export const icon = (name) => drawing(ICONS[name], { class: `icon ${name}` });

export function button(text, onclick, { sign, ...props } = {}) {
  return h("button", { type: "button", onclick, ...props }, sign && icon(sign), h("span", {}, text));
}

/** Null for javascript:, data: and everything else that is no web address. */
export function webAddress(text) {
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) ? url : null;
  } catch {
    return null;
  }
}

/** The other site learns nothing about this page. */
export function linkOut(address, text) {
  const url = webAddress(address);
  return url ? h("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow", referrerpolicy: "no-referrer" }, text) : text;
}

let now = { language: "en", dir: "ltr", strings: {} };

/** The English text in the child's language, `{name}` filled in. */
export function t(msgid, values = {}) {
  return (now.strings[msgid] || msgid).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? isolated(values[name]) : whole));
}

export async function useLanguage(api, code) {
  try {
    now = await api.strings(code);
  } catch {}
}

export const dir = () => now.dir;

export const tag = (code = now.language) => code.replace("_", "-");

/** A language in the child's own. */
export const nameOf = (code) => new Intl.DisplayNames(tag(), { type: "language" }).of(tag(code));

/** Keeps its own direction: 116 111 must not become 111 116. */
export function isolated(value) {
  const rtl = /[\u0590-\u08ff]/.test(value);
  return now.dir === "ltr" && !rtl ? String(value) : `${rtl ? "\u2067" : "\u2066"}${value}\u2069`;
}

export function day(iso) {
  const moment = new Date(`${iso}T12:00:00Z`);
  if (!Intl.DateTimeFormat.supportedLocalesOf([tag()]).length || Number.isNaN(+moment)) return iso;
  return moment.toLocaleDateString(tag(), { day: "numeric", month: "long", year: "numeric", calendar: "gregory" });
}

export const number = (value) => value.toLocaleString(tag());
