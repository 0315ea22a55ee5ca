// What a door's phone keeps: its token and roster, the scans that wait for the network, who was seen. IndexedDB only.
"use strict";
window.SepadanDoor = window.SepadanDoor || {};
SepadanDoor.store = (() => {
  const NAMES = ["state", "queue", "seen"];
  let opened;

  const open = () => opened ||= new Promise((resolve, reject) => {
    const request = indexedDB.open("sepadan-pintu", 1);
    request.onupgradeneeded = () => {
      for (const name of NAMES) request.result.createObjectStore(name, { keyPath: "key" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  // Runs *act* on one store; resolves when the transaction is on disk, with what *act*'s request found.
  const run = async (name, mode, act) => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(name, mode, { durability: "strict" });
      const request = act(transaction.objectStore(name));
      transaction.oncomplete = () => resolve(request && request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  };

  return {
    get: (name, key) => run(name, "readonly", (store) => store.get(key)),
    all: (name) => run(name, "readonly", (store) => store.getAll()),
    count: (name) => run(name, "readonly", (store) => store.count()),
    put: (name, ...rows) => run(name, "readwrite", (store) => { for (const row of rows) store.put(row); }),
    remove: (name, ...keys) => run(name, "readwrite", (store) => { for (const key of keys) store.delete(key); }),
    clear: (name) => run(name, "readwrite", (store) => { store.clear(); }),
    // The new scan and what it says of its ticket, both or neither.
    scanned: async (scan, seen) => {
      const database = await open();
      return new Promise((resolve, reject) => {
        const transaction = database.transaction(["queue", "seen"], "readwrite", { durability: "strict" });
        transaction.objectStore("queue").put(scan);
        if (seen) transaction.objectStore("seen").put(seen);
        transaction.oncomplete = () => resolve();
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      });
    },
  };
})();
