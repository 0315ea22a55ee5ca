// The door on a phone. A ticket is judged at once from what the phone keeps; scans wait in a queue until the network
// is there. Nothing is lost when the page is closed: a scan is on disk before its verdict is shown.
"use strict";
addEventListener("DOMContentLoaded", async () => {
  const root = document.getElementById("pintu");
  const { store, verdict } = SepadanDoor;
  const words = JSON.parse(root.dataset.words);
  const part = (id) => document.getElementById(id);
  const PART = 200, EVERY = 15_000, RECENT = 8;
  let device = null, roster = null, busy = false, timer = 0, last = null;

  const say = (key, values = {}) => (words[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const clock = (at) => new Date(at).toLocaleTimeString("sv", { hour: "2-digit", minute: "2-digit" }).replace(":", ".");
  const own = (value) => ({ key: "device", ...value });

  if (!window.isSecureContext || !window.indexedDB) {
    part("tidak-bisa").hidden = false;
    return;
  }
  if ("serviceWorker" in navigator) {
    navigator.serviceWorker.register(root.dataset.worker, { scope: root.dataset.scope }).catch(() => {});
  }
  navigator.storage?.persist?.();

  const ask = (url, options = {}) => fetch(url, {
    ...options, credentials: "omit", cache: "no-store",
    headers: { ...(options.body ? { "Content-Type": "application/json" } : {}),
      ...(device ? { Authorization: `Bearer ${device.token}` } : {}), ...options.headers },
  });

  const useRoster = (found) => {
    roster = { ...found, byHash: new Map(found.tickets.map(([hash, valid, name]) => [hash, { valid: valid === 1, name: name || "" }])) };
    part("acara").textContent = found.title[document.documentElement.lang] || found.title.id || found.title.en || "";
    part("nama-pintu").textContent = `${found.door} · ${found.label}`;
    part("jumlah-tiket").textContent = say("roster", { many: found.tickets.length, time: clock(found.made_at) });
  };

  const show = () => {
    part("daftar").hidden = Boolean(device);
    part("jaga").hidden = !(device && roster);
  };

  const line = (tone, key, values) => {
    const chip = part("jaringan");
    chip.className = `chip ${tone}`;
    chip.textContent = say(key, values);
  };

  const waiting = async () => {
    const rows = await store.all("queue");
    const open = rows.filter((one) => !one.fault);
    part("antrean").textContent = say(open.length ? "waiting" : "nothing_waits", { many: open.length });
    part("lepas").disabled = open.length > 0;
    return open;
  };

  const reveal = (found) => {
    last = found;
    const box = part("putusan");
    box.className = `verdict ${found.tone}`;
    part("putusan-kata").textContent = say(`verdict.${found.kind}`);
    part("putusan-sebab").textContent = say(`why.${found.kind}`, {
      time: found.before ? clock(found.before.at) : "", door: found.before ? found.before.door : "" });
    part("putusan-kode").textContent = [found.code.replace(/(.{4})(?=.)/g, "$1-"), found.name, clock(found.at)].filter(Boolean).join(" · ");
    part("izinkan").hidden = found.way !== "no" || found.how === "forged" || found.how === "elsewhere";
    const row = document.createElement("li");
    row.textContent = `${clock(found.at)} · ${say(`verdict.${found.kind}`)} · ${found.code}`;
    part("terakhir").prepend(row);
    while (part("terakhir").children.length > RECENT) part("terakhir").lastElementChild.remove();
  };

  const keep = async (found) => {
    const at = new Date(found.at).toISOString();
    const scan = { key: crypto.randomUUID(), ticket: found.code || "-", way: found.way, how: found.how, at };
    const seen = found.way === "no" || found.kind === "slip" ? null
      : { key: found.hash, at, door: roster.door, inside: found.way === "in", own: true };
    await store.scanned(scan, seen);
    reveal(found);
    waiting();
    clearTimeout(timer);
    timer = setTimeout(sync, 400);
  };

  const shown = async (text) => {
    if (!text.trim() || !roster) return;
    const way = document.querySelector("input[name=arah]:checked").value;
    await keep(await verdict.decide(text, way, roster, (hash) => store.get("seen", hash), Date.now()));
  };

  // Sends what waits, in parts; then asks for the roster where it changed. One at a time.
  const sync = async () => {
    if (busy || !device) return;
    busy = true;
    try {
      let open = await waiting();
      do {
        const some = open.slice(0, PART);
        const answer = await ask(root.dataset.scans, { method: "POST", body: JSON.stringify({
          sent_at: new Date().toISOString(), since: device.since || "",
          scans: some.map(({ key, ticket, way, how, at }) => ({ nonce: key, ticket, way, how, at })) }) });
        if (answer.status === 401 || answer.status === 403) return void await lost();
        if (!answer.ok) throw new Error(String(answer.status));
        await took(await answer.json(), some);
        open = await waiting();
      } while (open.length);
      const answer = await ask(root.dataset.roster, { headers: device.etag ? { "If-None-Match": device.etag } : {} });
      if (answer.ok) {
        const found = await answer.json();
        await store.put("state", { key: "roster", found });
        await keepDevice({ etag: answer.headers.get("ETag") || "" });
        useRoster(found);
        show();
      }
      line("ok", "online", { time: clock(Date.now()) });
    } catch {
      line("care", "offline");
    } finally {
      busy = false;
    }
  };

  const keepDevice = async (more) => {
    device = { ...device, ...more };
    await store.put("state", own(device));
  };

  const took = async (answer, sent) => {
    const faults = new Map(answer.problems);
    const kept = new Set(answer.kept);
    await store.remove("queue", ...sent.map((one) => one.key).filter((key) => kept.has(key)));
    const bad = sent.filter((one) => faults.has(one.key)).map((one) => ({ ...one, fault: faults.get(one.key) }));
    if (bad.length) await store.put("queue", ...bad);
    const waits = new Set((await store.all("queue")).map((one) => one.ticket));
    const news = [];
    for (const [hash, at, door, inside, mine] of answer.seen) {
      const known = await store.get("seen", hash);
      if (!known || !waits.size || Date.parse(known.at) <= Date.parse(at)) news.push({ key: hash, at, door, inside, own: mine });
    }
    if (news.length) await store.put("seen", ...news);
    await keepDevice({ since: answer.received_at });
    part("datang").textContent = answer.live.came;
    part("di-dalam").textContent = answer.live.inside;
    part("bentrok").replaceChildren(...answer.flagged.map(([time, code, why, door]) => {
      const row = document.createElement("li");
      row.textContent = `${clock(time)} · ${say(`flag.${why}`)} · ${code} · ${door}`;
      return row;
    }));
    part("tanpa-bentrok").hidden = answer.flagged.length > 0;
    part("selisih").textContent = Math.abs(answer.skew) > 30 ? say("skew", { seconds: Math.abs(answer.skew) }) : "";
  };

  // The phone was revoked: what it still holds stays on it, and goes out when it is enrolled again.
  const lost = async () => {
    device = null;
    await store.remove("state", "device");
    part("dicabut").hidden = false;
    show();
  };

  part("daftar").addEventListener("submit", async (event) => {
    event.preventDefault();
    part("daftar-salah").textContent = "";
    try {
      const answer = await ask(root.dataset.enrol, { method: "POST", body: JSON.stringify({ code: part("kode-perangkat").value }) });
      const found = await answer.json();
      if (!answer.ok) {
        part("daftar-salah").textContent = found.problem || say("offline");
        return;
      }
      const before = await store.get("state", "event");
      if (!before || before.event !== found.event) await store.clear("seen");
      await store.put("state", { key: "event", event: found.event });
      await keepDevice({ token: found.token, since: "", etag: "" });
      part("dicabut").hidden = true;
      part("kode-perangkat").value = "";
      await sync();
    } catch {
      part("daftar-salah").textContent = say("offline");
    }
  });
  part("periksa").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = part("kode-tiket").value;
    part("kode-tiket").value = "";
    await shown(text);
    part("kode-tiket").focus();
  });
  part("izinkan").addEventListener("click", async () => {
    if (last) await keep({ ...last, kind: "let_in", tone: "care", way: "in", at: Date.now() });
  });
  part("lepas").addEventListener("click", async () => {
    if ((await waiting()).length) return;
    for (const name of ["state", "queue", "seen"]) await store.clear(name);
    device = roster = null;
    show();
  });

  SepadanDoor.camera(part("kamera"), part("kamera-mulai"), part("kamera-tidak-ada"), shown);
  addEventListener("online", sync);
  setInterval(() => { if (!document.hidden) sync(); }, EVERY);

  device = await store.get("state", "device") || null;
  const kept = await store.get("state", "roster");
  if (kept) useRoster({ zone: root.dataset.zone, ...kept.found });
  show();
  line("wait", "checking");
  await waiting();
  await sync();
  root.dataset.ready = "yes";
});
