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

// What is shown once is not left by mistake: asks once. "Done" is an answer already.
if (document.querySelector("[data-shown-once]")) {
  const ask = (event) => event.preventDefault();
  addEventListener("beforeunload", ask, { once: true });
  for (const done of document.querySelectorAll("[data-done]")) {
    done.addEventListener("click", () => removeEventListener("beforeunload", ask));
  }
}

// Light or dark: the system's, unless chosen.
const root = document.documentElement;
const choices = document.querySelectorAll("[data-theme-choice]");
const show = (theme) => {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const choice of choices) choice.setAttribute("aria-pressed", String(choice.dataset.themeChoice === theme));
};
try {
  show(localStorage.getItem("theme") ?? "");
  for (const choice of choices) {
    choice.parentElement.hidden = false;
    choice.addEventListener("click", () => {
      localStorage.setItem("theme", choice.dataset.themeChoice);
      show(choice.dataset.themeChoice);
    });
  }
} catch {
  // Storage is refused: the system's it is.
}
