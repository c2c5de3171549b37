// Times in the reader's own zone. The server says them in UTC.
const inZone = (() => {
  const format = (parts) => new Intl.DateTimeFormat("en-GB", { hourCycle: "h23", ...parts });
  const exact = format({ dateStyle: "medium", timeStyle: "short" });
  const clock = { hour: "2-digit", minute: "2-digit" };
  const day = { day: "numeric", month: "short" };
  const forms = {
    day: format({ ...day, year: "numeric" }),
    "day-hour": format({ ...day, ...clock }),
  };
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

  // Below which bars of a chart something stands, and what: at round times of this zone.
  const marks = {
    hour: [(at) => at.getMinutes() % 10 === 0, format(clock)],
    day: [(at) => at.getHours() % 4 === 0, format(clock)],
    week: [(at) => at.getHours() === 0, format(day)],
  };

  const mark = (chart) => {
    const [isMarked, form] = marks[chart.dataset.marks];
    const begin = (bar) => new Date((Number(chart.dataset.first) + bar * Number(chart.dataset.step)) * 1000);
    const count = Number(chart.dataset.count);
    const old = [...chart.querySelectorAll(":scope > text")];
    const y = old[0]?.getAttribute("y") ?? chart.getAttribute("height") - 6;
    old.forEach((text) => text.remove());
    let order = 0;
    for (let bar = 0; bar < count; bar++) {
      if (!isMarked(begin(bar))) continue;
      const at = ((bar + 0.5) * 100) / count;
      const text = document.createElementNS("http://www.w3.org/2000/svg", "text");
      const anchor = at <= 3 ? "start" : at >= 97 ? "end" : "middle";
      for (const [name, value] of Object.entries({ x: `${at.toFixed(1)}%`, y, "text-anchor": anchor })) {
        text.setAttribute(name, value);
      }
      if (order++ % 2) text.classList.add("second");
      text.textContent = form.format(begin(bar));
      chart.append(text);
    }
    for (const bar of chart.querySelectorAll("rect")) {
      const title = bar.querySelector("title");
      const [, ...told] = title.textContent.split(": ");
      title.textContent = [forms["day-hour"].format(begin(Number(bar.getAttribute("x")) / 10)), ...told].join(": ");
    }
  };

  return (within) => {
    for (const time of within.querySelectorAll("time")) {
      const at = new Date(time.dateTime);
      time.title = `${exact.format(at)}, ${zone}`;
      const form = forms[time.closest("[data-form]")?.dataset.form];
      if (form) time.textContent = form.format(at);
    }
    for (const chart of within.querySelectorAll("svg[data-marks]")) mark(chart);
    for (const name of within.querySelectorAll("[data-zone]")) name.textContent = zone;
  };
})();
inZone(document);

