
// Usage, settings and the audit log.
{
  // ---- live counters: the page asks for itself and takes over what is marked.
  const live = document.querySelectorAll("[data-live]");
  const state = document.querySelector("[data-live-state]");
  const every = 10_000;
  // A page that nobody looks after does not keep its session alive.
  const patience = 30 * 60_000;
  let touched = Date.now();
  let timer;

  const say = (text) => (state.textContent = text);

  const takeOver = (page) => {
    for (const old of live) {
      const fresh = page.querySelector(`[data-live="${old.dataset.live}"]`);
      if (!fresh || fresh.innerHTML === old.dataset.seen) continue;
      // What somebody has open, or has the focus, stays as it is.
      if (old.contains(document.activeElement)) continue;
      const isOpen = old.querySelector("details[open]");
      old.dataset.seen = fresh.innerHTML;
      old.replaceChildren(...fresh.childNodes);
      if (isOpen) old.querySelector("details")?.setAttribute("open", "");
      inZone(old);
    }
  };

  const refresh = async () => {
    if (document.hidden) return;
    if (Date.now() - touched > patience) return stop("Paused: nobody has been here for 30 minutes. Reload to go on.");
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", redirect: "error" });
      if (!answer.ok) return stop("Not updated any more: reload the page.");
      takeOver(new DOMParser().parseFromString(await answer.text(), "text/html"));
      say(`Updated at ${new Date().toLocaleTimeString()}, every 10 seconds.`);
    } catch {
      say("The server can't be reached; trying again.");
    }
  };

  const stop = (text) => {
    clearInterval(timer);
    say(text);
  };

  if (live.length && state) {
    timer = setInterval(refresh, every);
    say("Updated every 10 seconds.");
    document.addEventListener("visibilitychange", refresh);
    for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => (touched = Date.now()));
  }

  // ---- keys
  const workspace = location.pathname.match(/^\/console\/w\/[^/]+/)?.[0];
  const places = [
    ["l", "leads", "Leads"],
    ["c", "conversations", "Conversations"],
    ["r", "runs", "Runs"],
    ["k", "settings/api-keys", "API keys"],
    ["u", "usage", "Usage"],
    ["a", "audit-log", "Audit log"],
  ];
  // Only what the rail leads to: what the role may open.
  const known = () =>
    places.filter(([, path]) => document.querySelector(`.rail nav a[href="${workspace}/${path}"]`));

  const isTyping = (target) =>
    target instanceof HTMLElement && (target.isContentEditable || target.closest("input, textarea, select") !== null);

  const element = (name, text = "") => Object.assign(document.createElement(name), { textContent: text });

  const line = (keys, words) => {
    const entry = element("div");
    const value = element("dd");
    keys.forEach((key, at) => value.append(at ? " " : "", element("kbd", key)));
    entry.append(element("dt", words), value);
    return entry;
  };

  let dialog;
  const list = () => {
    if (!dialog) {
      dialog = element("dialog");
      dialog.className = "keys";
      const title = element("h2", "Keyboard");
      title.id = "keys-title";
      dialog.setAttribute("aria-labelledby", title.id);
      const keys = element("dl");
      keys.append(line(["/"], "Search"));
      if (workspace) for (const [key, , words] of known()) keys.append(line(["g", key], words));
      keys.append(line(["?"], "This list"));
      const close = element("form");
      close.method = "dialog";
      close.append(element("button", "Close"));
      dialog.append(title, keys, close);
      document.body.append(dialog);
    }
    dialog.showModal();
  };

  const field = () => document.querySelector('main input[type="search"], main [data-search]');

  const leaveToSearch = () => location.assign(`${workspace}/leads#search`);

  const search = () => {
    if (field()) field().focus();
    // Once the key is let go: what it types while it is down is not looked for there.
    else if (workspace) addEventListener("keyup", leaveToSearch, { once: true });
  };

  // Whoever comes from a page without a search goes on typing here.
  if (location.hash === "#search") {
    history.replaceState(null, "", location.pathname + location.search);
    field()?.focus();
  }

  let before = "";
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const [last, key] = [before, event.key];
    before = key === "g" ? "g" : "";
    if (key === "g") setTimeout(() => (before = ""), 1500);
    const place = last === "g" && workspace && known().find(([letter]) => letter === key);
    if (place) location.assign(`${workspace}/${place[1]}`);
    else if (key === "/") search();
    else if (key === "?") list();
    else return;
    event.preventDefault();
  });
}
