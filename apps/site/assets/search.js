// The search box: names are compared in the browser; what is typed goes nowhere.
"use strict";
(() => {
  const box = document.querySelector(".search");
  if (!box) return;
  box.hidden = false;
  const input = box.querySelector("input"), status = box.querySelector("[role=status]"), list = box.querySelector("ul");
  const plain = (words) => words.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase().trim();
  let known = null;
  const nothing = { areas: [], none: "", postcode: "", count: "" };
  const load = () => { known ??= fetch(`${box.dataset.of}zoek.json`).then((answer) => answer.json()).catch(() => nothing); return known; };
  const show = async () => {
    const asked = plain(input.value);
    list.replaceChildren();
    status.textContent = "";
    if (asked.length < 2) return;
    const told = await load();
    if (asked !== plain(input.value)) return;
    if (/^[1-9]\d{3} ?([a-z]{2})?$/.test(asked)) { status.textContent = told.postcode; return; }
    const found = told.areas.filter(([name]) => plain(name).includes(asked));
    found.sort((a, b) => Number(!plain(a[0]).startsWith(asked)) - Number(!plain(b[0]).startsWith(asked)));
    status.textContent = found.length ? told.count.replace("{count}", found.length) : told.none;
    for (const [name, behind, path] of found.slice(0, 12)) {
      const item = document.createElement("li"), link = document.createElement("a"), where = document.createElement("span");
      link.href = box.dataset.of + path;
      link.textContent = name;
      where.textContent = behind ? ` · ${behind}` : "";
      link.append(where);
      item.append(link);
      list.append(item);
    }
  };
  input.addEventListener("focus", load, { once: true });
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") list.querySelector("a")?.click(); });
})();
