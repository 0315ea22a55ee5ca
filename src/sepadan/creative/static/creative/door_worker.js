// Keeps the door's page and its files, so that it opens without a network. Nothing of people is kept here: the page is
// fetched without cookies, rosters and scans pass by. `KEPT` ({name, page, files}) is written above by the server.
/* global KEPT */
"use strict";
addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(KEPT.name);
    await cache.addAll([KEPT.page, ...KEPT.files].map((url) => new Request(url, { credentials: "omit", cache: "reload" })));
    await skipWaiting();
  })());
});

addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith(KEPT.prefix) && name !== KEPT.name) await caches.delete(name);
    await clients.claim();
  })());
});

addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname !== KEPT.page && !KEPT.files.includes(url.pathname)) return;
  event.respondWith((async () => {
    const cache = await caches.open(KEPT.name);
    const kept = await cache.match(url.pathname);
    return kept || fetch(event.request);
  })());
});
