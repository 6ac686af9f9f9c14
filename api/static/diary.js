// Entries wait on this phone until the house has them. Each carries its own id, so that sending one again stores nothing twice.
"use strict";
(() => {
  const form = document.getElementById("entry");
  const box = document.getElementById("queue");
  const words = box.dataset;
  const key = "ns-diary-" + words.account; // of one person: nobody sends under another's name
  const list = box.querySelector("ul");
  const load = () => JSON.parse(localStorage.getItem(key) || "[]");
  const save = (queue) => localStorage.setItem(key, JSON.stringify(queue));
  const told = []; // saved since the page was opened
  let busy = false;

  const uuid = () => {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    const hex = Array.from(b, (n) => n.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  };

  const small = async (file) => {
    if (!file || !file.size) return "";
    const image = await createImageBitmap(file);
    const scale = Math.min(1, 960 / Math.max(image.width, image.height));
    const canvas = document.createElement("canvas");
    canvas.width = image.width * scale;
    canvas.height = image.height * scale;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL("image/jpeg", 0.7).split(",")[1];
  };

  const show = () => {
    const queue = load();
    list.replaceChildren();
    for (const item of told.concat(queue)) {
      const line = document.createElement("li");
      const state = document.createElement("b");
      state.textContent = words[item.state];
      line.append(state, ": " + item.said);
      if (item.why) line.append(" · " + item.why);
      if (item.state === "refused") {
        const drop = document.createElement("button");
        drop.className = "quiet";
        drop.textContent = words.drop;
        drop.onclick = () => {
          save(load().filter((each) => each.entry.client_id !== item.entry.client_id));
          show();
        };
        line.append(document.createElement("br"), drop);
      }
      list.append(line);
    }
    box.hidden = !list.children.length;
  };

  // Names of members are for programs: whoever wrote reads the labels of the form and a day as on paper.
  const label = (name) => form.elements[name].closest("label").firstChild.textContent.trim();
  const why = (body) =>
    body.code === "diary.incomplete"
      ? words.missing.replace("…", body.params.missing.split(", ").map((names) => names.split("|").map(label).join(" / ")).join(", "))
      : body.detail;
  const written = (day) =>
    words.lang === "vi"
      ? day.split("-").reverse().join("/")
      : new Date(day + "T00:00").toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });

  const mark = (id, state, why) => {
    save(load().map((item) => (item.entry.client_id === id ? { ...item, state, why } : item)));
    show();
  };

  const send = async (item) => {
    const id = item.entry.client_id;
    mark(id, "sending");
    let answer;
    try {
      answer = await fetch("/api/v1/diary?lang=" + words.lang, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(item.entry),
      });
    } catch {
      return mark(id, "waiting");
    }
    if (answer.status === 401) return mark(id, "sign_in");
    if (answer.status >= 500 || answer.status === 429) return mark(id, "waiting");
    const body = await answer.json();
    if (!answer.ok) return mark(id, "refused", why(body));
    told.push({ state: "saved", said: body.said, why: body.notices.join(" ") });
    save(load().filter((each) => each.entry.client_id !== id));
    show();
  };

  const sync = async () => {
    if (busy) return;
    busy = true;
    for (const item of load()) if (item.state !== "refused") await send(item);
    busy = false;
  };

  const wrote = async (event) => {
    event.preventDefault();
    const filled = new FormData(form);
    const entry = {};
    for (const [name, value] of filled) if (typeof value === "string" && value !== "") entry[name] = value;
    entry.field_id = Number(entry.field_id);
    const photo = await small(filled.get("photo")).catch(() => "");
    if (photo) entry.photo = photo;
    const said = [
      form.querySelector("input.pick:checked + label").textContent, entry.product, entry.amount, entry.unit, entry.note,
      form.field_id.selectedOptions[0].textContent, written(entry.day),
    ].filter(Boolean).join(" · ");
    try {
      save(load().concat({ entry, said, state: "waiting" }));
    } catch {
      told.push({ state: "full", said });
      return show();
    }
    const { field_id, day } = entry;
    form.reset();
    form.client_id.value = uuid();
    form.field_id.value = field_id;
    form.day.value = day;
    show();
    box.scrollIntoView({ block: "center" });
    sync();
  };

  if (form) form.addEventListener("submit", wrote);
  addEventListener("online", sync);
  setInterval(sync, 30000);
  show();
  sync();
})();
