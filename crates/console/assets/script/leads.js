
// Leads, runs and conversations.
{
  // Addresses say what is asked and no more.
  for (const form of document.querySelectorAll('form[method="get"]')) {
    form.addEventListener("formdata", (event) => {
      for (const [name, value] of [...event.formData]) if (!value) event.formData.delete(name);
    });
  }

  // A run that goes on is looked at again, while somebody sees it, and for half an hour: a page that nobody looks after must not
  // keep its session alive.
  const until = Date.now() + 30 * 60 * 1000;
  const again = async () => {
    const run = document.querySelector("#run[data-live]");
    if (!run || Date.now() > until) return;
    if (!document.hidden) {
      try {
        const answer = await fetch(location.href);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const now = page.getElementById("run");
        if (!now) return location.reload();
        // What had the focus has it again, if it is still there.
        const held = run.contains(document.activeElement) && document.activeElement.getAttribute("href");
        inZone(now);
        run.replaceWith(now);
        if (held) [...now.querySelectorAll("a")].find((link) => link.getAttribute("href") === held)?.focus();
      } catch {
        // The server is away: the next look tells.
      }
    }
    setTimeout(again, 2000);
  };
  setTimeout(again, 2000);
}
