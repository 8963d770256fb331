"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const number = new Intl.NumberFormat("en-GB");
  const count = (n, one, many) => `${number.format(n)} ${n === 1 ? one : many}`;
  const fresh = (id) => byId(id).content.firstElementChild.cloneNode(true);

  // Text of strangers only ever becomes text, never HTML.
  const put = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  const say = (node, text) => { put(node, text || ""); node.hidden = !text; };

  const told = (problem) => [problem.detail || problem.title || "Something went wrong.", problem.hint,
    problem.retry_at && `Try again at ${new Date(problem.retry_at).toLocaleTimeString()}.`].filter(Boolean).join(" ");

  async function ask(path, options) {
    let answer;
    try {
      answer = await fetch(path, options);
    } catch (error) {
      throw error.name === "AbortError" ? error : { title: "The application cannot be reached." };
    }
    if (answer.ok) return answer;
    const body = await answer.json().catch(() => ({}));
    throw body.type ? body : { title: typeof body.detail === "string" ? body.detail : "This cannot be asked." };
  }

  const post = (path, body) => ask(path, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}),
  }).then((answer) => answer.json());

  async function* lines(answer) {
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const parts = (rest + value).split("\n");
      rest = parts.pop();
      for (const part of parts) yield JSON.parse(part);
    }
  }

  // Search: people appear as their page arrives. To stop is to go away: nothing more is fetched then.

  let search = null;

  async function find(text) {
    search?.abort();
    const mine = search = new AbortController();
    byId("people").replaceChildren();
    byId("nobody").hidden = true;
    byId("stop").hidden = false;
    byId("find").hidden = true;
    say(byId("trouble"), "");
    chosen();
    try {
      const answer = await ask(`/api/people?${new URLSearchParams({ text })}`, { signal: mine.signal });
      for await (const line of lines(answer)) {
        if (line.problem) throw line.problem;
        byId("people").append(card(line));
        chosen();
      }
    } catch (problem) {
      if (problem.name !== "AbortError") say(byId("trouble"), told(problem));
    }
    if (search !== mine) return;
    search = null;
    byId("stop").hidden = true;
    byId("find").hidden = false;
    chosen();
  }

  function card(person) {
    const node = fresh("person"), name = person.name || "Somebody", box = node.querySelector("input");
    box.value = person.link || "";
    box.disabled = !person.link;
    const hue = [...name].reduce((sum, each) => (sum * 31 + each.codePointAt(0)) % 360, 7);
    const face = node.querySelector(".face");
    face.style.setProperty("--hue", hue);
    put(face, name.split(/\s+/).slice(0, 2).map((part) => [...part][0]).join("").toUpperCase());
    put(node.querySelector("b"), name);
    put(node.querySelector(".headline"), person.description || person.headline || "");
    put(node.querySelector(".place"), person.location || "");
    return node;
  }

  const boxes = () => [...document.querySelectorAll("#people input:not(:disabled)")];

  function chosen() {
    const all = boxes(), marked = all.filter((box) => box.checked).length;
    byId("tools").hidden = !all.length && !search;
    const found = search && !all.length ? "Searching …" : count(all.length, "person", "people") + (search ? " so far" : "");
    put(byId("count"), marked ? `${number.format(marked)} of ${found}` : found);
    byId("every").checked = marked > 0 && marked === all.length;
    byId("every").indeterminate = marked > 0 && marked < all.length;
    byId("every").hidden = !all.length;
    byId("look-up").hidden = !all.length;
    put(byId("look-up"), marked ? `Look up ${count(marked, "person", "people")}` : "Look up all");
  }

  byId("search").addEventListener("submit", (event) => { event.preventDefault(); find(byId("text").value.trim()); });
  byId("stop").addEventListener("click", () => search?.abort());
  byId("people").addEventListener("change", chosen);
  byId("every").addEventListener("change", (event) => {
    for (const box of boxes()) box.checked = event.target.checked;
    chosen();
  });
  for (const button of document.querySelectorAll("[data-try]")) {
    button.addEventListener("click", () => { byId("text").value = button.dataset.try; find(button.dataset.try); });
  }
  byId("look-up").addEventListener("click", () => {
    const all = boxes(), marked = all.filter((box) => box.checked);
    begin((marked.length ? marked : all).map((box) => box.value));
    for (const box of all) box.checked = false;
    chosen();
  });

  // Jobs: each is followed while it runs.

  const STATES = {
    finished: "Finished", interrupted: "Cancelled", left: "Stopped", credits: "Out of credits",
    daily_limit: "Daily limit", failures: "Too many failures", refused: "Refused", error: "Failed",
  };

  async function begin(links) {
    try {
      const job = await post("/api/jobs", { links });
      follow(job);
      byId(`job-${job.id}`).scrollIntoView({ block: "nearest", behavior: "smooth" });
      say(byId("trouble"), "");
      byId("links").value = "";
      pasted();
    } catch (problem) {
      say(byId("trouble"), told(problem));
    }
  }

  function follow(job, last = false) {
    byId("idle").hidden = true;
    let node = byId(`job-${job.id}`);
    if (!node) {
      node = fresh("job");
      node.id = `job-${job.id}`;
      for (const form of ["csv", "jsonl"]) node.querySelector(`.${form}`).href = `/api/jobs/${job.id}/results.${form}`;
      const act = (what) => async (event) => {
        event.target.disabled = true;
        try {
          follow(await post(`/api/jobs/${job.id}/${what}`));
        } catch (problem) {
          say(node.querySelector(".note"), told(problem));
        }
        event.target.disabled = false;
      };
      node.querySelector(".cancel").addEventListener("click", act("cancel"));
      node.querySelector(".go-on").addEventListener("click", act("go-on"));
      last ? byId("jobs").append(node) : byId("jobs").prepend(node);
    }
    show(node, job);
    if (job.running && !node.source) {
      node.source = new EventSource(`/api/jobs/${job.id}/events`);
      node.source.onmessage = (event) => show(node, JSON.parse(event.data));
    }
    if (!job.running) leave(node);
  }

  function leave(node) {
    node.source?.close();
    node.source = null;
  }

  function show(node, job) {
    const ended = job.done + job.failed, whole = ended === job.inputs;
    const state = job.running ? "running" : job.problem ? "trouble" : whole ? "finished" : "stopped";
    node.className = `card job ${state}`;
    put(node.querySelector("h2"), count(job.inputs, "profile", "profiles"));
    const label = job.running ? "Running" : job.problem ? job.problem.title : STATES[job.stopped] || "Stopped";
    put(node.querySelector(".state"), label);
    const bar = node.querySelector(".progress");
    bar.setAttribute("aria-valuemax", job.inputs);
    bar.setAttribute("aria-valuenow", ended);
    bar.querySelector(".done").style.width = `${(100 * job.done) / job.inputs}%`;
    bar.querySelector(".failed").style.width = `${(100 * job.failed) / job.inputs}%`;
    put(node.querySelector(".numbers"), [
      `${number.format(job.done)} of ${number.format(job.inputs)} done`,
      job.failed ? `${number.format(job.failed)} failed` : "",
      count(job.credits, "credit", "credits"),
      job.running && job.time_left !== null ? `${Math.ceil(job.time_left)} s left` : "",
    ].filter(Boolean).join("  ·  "));
    say(node.querySelector(".note"), job.problem ? told(job.problem) : "");
    if (job.latest.length) node.querySelector(".latest").replaceChildren(...job.latest.map(line));
    node.querySelector(".cancel").hidden = !job.running;
    node.querySelector(".go-on").hidden = job.running || whole;
    for (const link of node.querySelectorAll("a")) link.hidden = !ended;
    if (!job.running) leave(node);
  }

  function line(result) {
    const node = document.createElement("li"), who = document.createElement("b"), what = document.createElement("span");
    node.className = result.error ? "error" : "";
    put(who, result.name || result.link.split("/").filter(Boolean).pop());
    put(what, result.error || result.headline || "");
    node.append(who, what);
    return node;
  }

  const links = () => byId("links").value.split(/\s+/).filter((each) => each.startsWith("http"));

  function pasted() {
    const all = links().length;
    byId("start").disabled = !all;
    put(byId("pasted"), all ? count(all, "link", "links") : "No links yet");
  }

  byId("links").addEventListener("input", pasted);
  byId("paste").addEventListener("submit", (event) => { event.preventDefault(); begin(links()); });

  ask("/api/jobs").then((answer) => answer.json()).then((all) => all.forEach((job) => follow(job, true)))
    .catch((problem) => say(byId("trouble"), told(problem)));

  new EventSource("/api/limits").onmessage = (event) => {
    const now = JSON.parse(event.data), { interactive, bulk } = now.waiting;
    put(byId("rate"), `${now.requests} per ${now.per === 1 ? "second" : `${now.per} s`}`);
    put(byId("waiting"), interactive + bulk ? [interactive && `${interactive} for you`, bulk && `${bulk} for jobs`].filter(Boolean).join(" · ") : "nobody");
    put(byId("sent"), number.format(now.sent));
    put(byId("spent"), number.format(now.spent));
  };
})();
