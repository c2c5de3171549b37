
// API clients, keys and tokens.
{
  // A form that makes a secret is sent once, however often its button is pressed.
  for (const form of document.querySelectorAll("form:has([name='form_id'])")) {
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
    addEventListener("pageshow", () => (sent = false));
  }
}
