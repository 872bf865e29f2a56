// Calls of the chat API, and what survives a reload.

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
  change = (chat, body) => this.call("PATCH", "", chat, body);
  erase = (chat) => this.call("DELETE", "", chat);

  async call(method, path, { id, token } = {}, body = undefined) {
    const clock = new AbortController();
    const timer = setTimeout(() => clock.abort(), TIMEOUT);
    const address = this.base + (id ? `/api/chat/conversations/${encodeURIComponent(id)}` : "") + path;
    const headers = { ...(body && { "Content-Type": "application/json" }), ...(token && { Authorization: `Bearer ${token}` }) };
    const options = { method, headers, body: body && JSON.stringify(body), signal: clock.signal, credentials: "omit", referrerPolicy: "no-referrer" };
    try {
      const answer = await fetch(address, options);
      if (!answer.ok) throw new Problem(answer.status, Number(answer.headers.get("Retry-After")), Boolean(id) && [401, 404].includes(answer.status));
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
