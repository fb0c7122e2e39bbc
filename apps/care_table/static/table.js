// What a page cannot do by itself: print, move a block with a finger, and look through the camera. Without it everything still works by taps and a file.
for (const button of document.querySelectorAll("button.print")) button.addEventListener("click", () => window.print());

const line = document.querySelector(".timeline"), move = document.querySelector("form.move");
if (line && move) {
  const items = [...line.children];
  for (const item of items) {
    const grip = item.querySelector(".grip");
    grip.hidden = items.length < 2;
    grip.addEventListener("pointerdown", start => {
      start.preventDefault();
      grip.setPointerCapture(start.pointerId);
      const over = y => items.find(one => y < one.getBoundingClientRect().bottom) || items.at(-1);
      const drag = now => {
        for (const one of items) one.classList.toggle("target", one === over(now.clientY) && one !== item);
        item.classList.add("dragged");
      };
      const drop = end => {
        grip.removeEventListener("pointermove", drag);
        for (const one of items) one.classList.remove("target", "dragged");
        const place = over(end.clientY);
        if (end.type !== "pointerup" || place === item) return;
        move.elements.step.value = item.dataset.step;
        move.elements.to.value = place.dataset.step;
        move.submit();
      };
      grip.addEventListener("pointermove", drag);
      grip.addEventListener("pointerup", drop, { once: true });
      grip.addEventListener("pointercancel", drop, { once: true });
    });
  }
}

// Browsers give a camera to pages that came by https, or from this machine itself.
const camera = document.querySelector(".camera");
if (camera && navigator.mediaDevices?.getUserMedia) {
  const [open, take, view, none] = [".camera-open", ".camera-take", "video", ".camera-none"].map(one => camera.querySelector(one));
  const file = document.querySelector("input[type=file]");
  camera.hidden = false;
  open.addEventListener("click", async () => {
    try {
      const wanted = { facingMode: "environment", width: { ideal: 3200 }, height: { ideal: 2400 } };
      view.srcObject = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      await view.play();
      view.hidden = take.hidden = false;
      open.hidden = none.hidden = true;
    } catch {
      none.hidden = false;
    }
  });
  take.addEventListener("click", () => {
    const still = document.createElement("canvas");
    [still.width, still.height] = [view.videoWidth, view.videoHeight];
    still.getContext("2d").drawImage(view, 0, 0);
    for (const track of view.srcObject.getTracks()) track.stop();
    still.toBlob(photo => {
      const held = new DataTransfer();
      held.items.add(new File([photo], "board.jpg", { type: "image/jpeg" }));
      file.files = held.files;
      file.form.submit();
    }, "image/jpeg", 0.9);
  });
}
