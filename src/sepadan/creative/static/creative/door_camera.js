// Reads QR codes with the camera where the browser has a detector of its own; elsewhere the code is typed, or read by a
// scanner that works as a keyboard. Pictures stay in the phone.
"use strict";
window.SepadanDoor = window.SepadanDoor || {};
SepadanDoor.camera = (video, button, missing, shown) => {
  const PAUSE = 200, SAME = 3_000;
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices?.getUserMedia) {
    missing.hidden = false;
    return;
  }
  let stream = null, before = "", when = 0;
  button.hidden = false;

  const stop = () => {
    for (const track of stream?.getTracks() || []) track.stop();
    stream = null;
    video.hidden = true;
    button.textContent = button.dataset.start;
  };

  const look = async (detector) => {
    while (stream) {
      const found = await detector.detect(video).catch(() => []);
      const text = found[0]?.rawValue;
      if (text && (text !== before || Date.now() - when > SAME)) {
        [before, when] = [text, Date.now()];
        await shown(text);
      } else if (text) {
        when = Date.now();
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  };

  button.addEventListener("click", async () => {
    if (stream) return stop();
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      video.hidden = false;
      button.textContent = button.dataset.stop;
      look(new BarcodeDetector({ formats: ["qr_code"] }));
    } catch {
      stop();
      missing.hidden = false;
    }
  });
  document.addEventListener("visibilitychange", () => { if (document.hidden && stream) stop(); });
};
