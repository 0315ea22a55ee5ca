// Warns two minutes before a session ends and extends it without losing what was typed. Without it the session just ends.
"use strict";
(() => {
  const box = document.querySelector("[data-session-ends]");
  if (!box) return;
  const form = box.querySelector("form");
  const WARN_MS = 120000, LONGEST_MS = 2147483647;
  let timer;

  const plan = (end) => {
    clearTimeout(timer);
    timer = setTimeout(() => { box.hidden = false; }, Math.min(Math.max(end - Date.now() - WARN_MS, 0), LONGEST_MS));
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let answer;
    try {
      answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
    } catch {
      form.submit();
      return;
    }
    if (answer.status !== 204) { form.submit(); return; }
    box.hidden = true;
    plan(Date.parse(answer.headers.get("Session-Ends")));
  });

  plan(Date.parse(box.dataset.sessionEnds));
})();
