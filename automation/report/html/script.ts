/** The page's one script: filters keys. Without it the page shows all of them. */
export const SCRIPT = `
"use strict";
(() => {
  const filter = document.getElementById("filter");
  if (!filter) return;
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const choices = [...filter.querySelectorAll("input[type=checkbox]")];
  const syncs = [...document.querySelectorAll("details.sync")].map((details) => ({
    details,
    wasOpen: details.open,
    rows: [...details.querySelectorAll("tbody tr")].map((row) => ({
      row,
      key: row.cells[1].textContent.toLowerCase(),
      kinds: row.className.split(" "),
    })),
  }));
  const all = syncs.reduce((count, { rows }) => count + rows.length, 0);
  const number = (count) => count.toLocaleString("en");

  const apply = () => {
    const text = search.value.trim().toLowerCase();
    const kinds = choices.filter(({ checked }) => checked).map(({ value }) => value);
    const actions = kinds.filter((kind) => kind !== "foreign");
    const onlyForeign = kinds.includes("foreign");
    const isActive = text !== "" || kinds.length > 0;
    let shown = 0;
    for (const { details, rows, wasOpen } of syncs) {
      let here = 0;
      for (const { row, key, kinds: has } of rows) {
        const fits =
          key.includes(text) &&
          (actions.length === 0 || actions.some((action) => has.includes(action))) &&
          (!onlyForeign || has.includes("foreign"));
        if (row.hidden === fits) row.hidden = !fits;
        if (fits) here += 1;
      }
      shown += here;
      details.hidden = isActive && here === 0;
      details.open = isActive ? here > 0 : wasOpen;
    }
    found.textContent = isActive ? number(shown) + " of " + number(all) + " keys" : number(all) + " keys";
  };

  search.addEventListener("input", apply);
  for (const choice of choices) choice.addEventListener("change", apply);
  filter.hidden = false;
  apply();
})();
`;
