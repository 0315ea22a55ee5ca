// What a shown ticket is, without a network: its form, its signature (Ed25519), the roster, and who was seen today.
"use strict";
window.SepadanDoor = window.SepadanDoor || {};
SepadanDoor.verdict = (() => {
  const TEXT = /^SPT1:(\d{2}\.\d{2}):([1-9]\d{0,9}):([0-9A-Za-z-]{4,32}):([0-9a-f]{8}):([0-9A-Za-z_-]{86})$/;
  const SLIP = 30_000; // the same phone reads the same ticket again: a slip of the hand (engine/doors.py)
  const utf8 = new TextEncoder();
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));

  // The letters of Crockford's 32, as they are typed from paper.
  const typed = (text) => text.toUpperCase().replace(/[\s.\-\u2010-\u2013]/g, "")
    .replaceAll("O", "0").replaceAll("I", "1").replaceAll("L", "1");

  const hashOf = async (code) => {
    const digest = await crypto.subtle.digest("SHA-256", utf8.encode(`sepadan.ticket:${code}`));
    return [...new Uint8Array(digest)].map((one) => one.toString(16).padStart(2, "0")).join("").slice(0, 20);
  };

  // True or false; null where this browser knows no Ed25519: then the roster alone decides.
  const signed = async (publicKey, signature, content) => {
    let key;
    try {
      key = await crypto.subtle.importKey("raw", bytes(publicKey), { name: "Ed25519" }, false, ["verify"]);
    } catch {
      return null;
    }
    return crypto.subtle.verify({ name: "Ed25519" }, key, bytes(signature), utf8.encode(content));
  };

  // {code, how, fault}: what was read. *fault*: forged, elsewhere, or nothing.
  const read = async (text, roster) => {
    const found = TEXT.exec(text.trim());
    if (!found) return { code: typed(text).slice(0, 32), how: "typed", fault: "" };
    const [, region, event, code, kid, signature] = found;
    if (region !== roster.region || Number(event) !== roster.event) return { code, how: "elsewhere", fault: "elsewhere" };
    const key = roster.keys[kid];
    if (!key) return { code, how: "qr", fault: "", trusted: false };
    const sound = await signed(key, signature, text.trim().slice(0, -87));
    if (sound === false) return { code, how: "forged", fault: "forged" };
    return { code, how: "qr", fault: "", trusted: sound === true };
  };

  // The verdict on one ticket: {kind, tone, code, hash, how, way, at, name, before}. Nothing is kept here.
  const decide = async (text, way, roster, seenOf, now) => {
    const ticket = await read(text, roster);
    const hash = await hashOf(ticket.code);
    const base = { code: ticket.code, hash, how: ticket.how, way, at: now };
    if (ticket.fault) return { ...base, kind: ticket.fault, tone: "bad", way: "no" };
    const row = roster.byHash.get(hash);
    if (row && !row.valid) return { ...base, kind: "revoked", tone: "bad", way: "no" };
    if (!row && !ticket.trusted) return { ...base, kind: "unknown", tone: "bad", way: "no" };
    const name = row ? row.name : "";
    const before = await seenOf(hash);
    if (way === "out") {
      return before && before.inside ? { ...base, kind: "out", tone: "ok", name }
        : { ...base, kind: "out_unseen", tone: "care", name };
    }
    if (before && before.inside && sameDay(before.at, now, roster)) {
      if (before.own && now - Date.parse(before.at) <= SLIP) return { ...base, kind: "slip", tone: "ok", name, before };
      return { ...base, kind: "double", tone: "care", way: "no", name, before };
    }
    if (before && sameDay(before.at, now, roster)) return { ...base, kind: "again", tone: "ok", name, before };
    return { ...base, kind: row ? "in" : "in_new", tone: "ok", name };
  };

  // Doors begin anew with each day of an event.
  const sameDay = (earlier, now, roster) => dayOf(Date.parse(earlier), roster) === dayOf(now, roster);
  const dayOf = (at, roster) => {
    const days = new Map();
    for (const [start, end] of roster.days) {
      const key = new Date(start).toLocaleDateString("sv", { timeZone: roster.zone });
      const known = days.get(key) || [Infinity, -Infinity];
      days.set(key, [Math.min(known[0], Date.parse(start)), Math.max(known[1], Date.parse(end))]);
    }
    let best = "", least = Infinity;
    for (const [key, [opens, closes]] of days) {
      const distance = Math.max(opens - at, at - closes, 0);
      if (distance < least) [best, least] = [key, distance];
    }
    return best;
  };

  return { decide, hashOf, read, typed };
})();
