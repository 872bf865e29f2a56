const TIMEOUT = 12000;
const PAUSES = [700, 2000, 4000];
const MOST_WAITS = 5;
const LONGEST_WAIT = 60;
const KEY = "navet";

/** Status 0: no answer. Gone: the server knows no such conversation. */
export class Problem extends Error {
  constructor(status, wait = 0, gone = false) {
    super(`status ${status}`);
    Object.assign(this, { status, wait, gone });
  }
}

export class Api {
  constructor(base) {
    this.base = base.replace(/\/+$/, "");
  }

  languages = () => this.call("GET", "/api/chat/languages");
  help = (language, municipality) => this.call("GET", `/api/chat/help?${query({ language, municipality })}`);
  map = (language, stage) => this.call("GET", `/api/chat/map?${query({ language, stage })}`);
  strings = (language) => this.call("GET", `/widget/strings/${encodeURIComponent(language)}.json`);
  open = (body) => this.call("POST", "/api/chat/conversations", {}, body);
  send = (chat, body) => this.call("POST", "/messages", chat, body);
  history = (chat, after) => this.call("GET", `/messages?${query({ after })}`, chat);
  swedish = (chat, message) => this.call("GET", `/messages/${message}/swedish`, chat);
  meeting = (chat) => this.call("GET", "/meeting", chat);
  change = (chat, body) => this.call("PATCH", "", chat, body);
  erase = (chat) => this.call("DELETE", "", chat);

  fetch(path, { id, token } = {}, headers, options) {
    const address = this.base + (id ? `/api/chat/conversations/${encodeURIComponent(id)}` : "") + path;
    if (token) headers.Authorization = `Bearer ${token}`;
    return fetch(address, { headers, credentials: "omit", referrerPolicy: "no-referrer", ...options });
  }

  /** Until the line ends. `heard`: a new message, or null as a sign of life. */
  async listen(chat, after, signal, heard) {
    const { body } = await this.fetch("/events", chat, { "Last-Event-ID": after }, { signal });
    const reader = body.getReader();
    const decoder = new TextDecoder();
    for (let rest = ""; ; ) {
      const { value, done } = await reader.read();
      if (done) return;
      const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = events.pop();
      for (const event of events) heard(JSON.parse(/^data: (.*)/m.exec(event)?.[1] ?? null));
    }
  }

  async call(method, path, chat, body = undefined) {
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(), TIMEOUT);
    const headers = body ? { "Content-Type": "application/json" } : {};
    try {
      const answer = await this.fetch(path, chat, headers, { method, body: body && JSON.stringify(body), signal: clock.signal });
      if (!answer.ok) throw new Problem(answer.status, Number(answer.headers.get("Retry-After")), Boolean(chat?.id) && [401, 404].includes(answer.status));
      return answer.status === 204 ? null : await answer.json();
    } catch (error) {
      throw error instanceof Problem ? error : new Problem(0);
    } finally {
      clearTimeout(timer);
    }
  }
}

const query = (values) => new URLSearchParams(Object.entries(values).filter(([, value]) => value));

/** Milliseconds before the next try; null when none can help. */
function pause({ status, wait }, tried) {
  if (status === 429) return tried < MOST_WAITS ? Math.min(wait || 2, LONGEST_WAIT) * 1000 : null;
  const passing = status === 0 || status === 409 || status >= 500;
  return passing && tried < PAUSES.length ? PAUSES[tried] * (0.8 + Math.random() * 0.4) : null;
}

export async function patiently(work, waiting = () => {}) {
  for (let tried = 0; ; tried += 1) {
    try {
      return await work();
    } catch (problem) {
      const wait = pause(problem, tried);
      if (wait === null) throw problem;
      waiting();
      await rest(wait);
    }
  }
}

function rest(milliseconds) {
  return new Promise((done) => {
    setTimeout(done, milliseconds);
    addEventListener("online", done, { once: true });
  });
}

// randomUUID is missing on plain http; the address of a blob ends in one
export function uuid() {
  const address = URL.createObjectURL(new Blob());
  URL.revokeObjectURL(address);
  return address.slice(-36);
}

/** This tab only. Where storage is off, a reload starts over. */
export class Store {
  constructor() {
    this.data = this.read();
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY)) || {};
    } catch {
      return {};
    }
  }

  // once closed nothing is written: an answer on its way must not bring anything back
  save(changes) {
    if (this.closed) return;
    Object.assign(this.data, changes);
    try {
      sessionStorage.setItem(KEY, JSON.stringify(this.data));
    } catch {}
  }

  clear() {
    this.data = {};
    try {
      sessionStorage.removeItem(KEY);
    } catch {}
  }

  close() {
    this.closed = true;
    this.clear();
  }
}
