// Small comforts. Without this module the pages lack nothing else.

for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  field.addEventListener("focus", () => field.select());
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      field.focus();
      button.textContent = "Press Ctrl+C";
    }
    setTimeout(() => (button.textContent = "Copy"), 2000);
  });
}

// What is shown once is not left by mistake: asks once. "Done" is an answer already. Once left, it is not kept with the page for
// whoever comes back.
const once = document.querySelector("[data-shown-once]");
if (once) {
  let asked = false;
  const ask = (event) => {
    // Not by a listener for one event: Chromium forgets that one before it asks.
    if (!asked) event.preventDefault();
    asked = true;
  };
  addEventListener("beforeunload", ask);
  for (const done of document.querySelectorAll("[data-done]")) {
    done.addEventListener("click", () => removeEventListener("beforeunload", ask));
  }
  addEventListener("pagehide", () => {
    for (const field of once.querySelectorAll("input, textarea")) {
      field.value = field.defaultValue = "";
    }
    once.remove();
  });
}

// Light or dark: the system's, unless chosen. The server has read the same cookie, so that no page begins in the other.
const themes = document.querySelectorAll(".theme button");
const show = () => {
  const theme = document.cookie.match(/(?:^|; )leadkeep_theme=(light|dark)(?:;|$)/)?.[1] ?? "";
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  for (const button of themes) button.setAttribute("aria-pressed", String(button.value === theme));
};
for (const button of themes) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const age = button.value ? 365 * 24 * 60 * 60 : 0;
    const safe = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `leadkeep_theme=${button.value}; path=/; max-age=${age}; samesite=lax${safe}`;
    show();
  });
}
// A page that is come back to may have been left before the choice.
addEventListener("pageshow", show);
