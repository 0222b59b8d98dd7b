// Where one was: the current row, the side, the tab, kept over a reload, another language, a new alignment.

const name = `align:${location.pathname}`;

export function remember(values) {
  const kept = JSON.stringify({ ...recall(), ...values });
  for (const store of [sessionStorage, localStorage]) {
    try { store.setItem(name, kept); } catch { /* a full or forbidden store: the place is not kept */ }
  }
}

export function recall() {
  for (const store of [sessionStorage, localStorage]) {
    try {
      const kept = JSON.parse(store.getItem(name));
      if (kept) return kept;
    } catch { /* as above */ }
  }
  return {};
}

/** The row to begin with: that of the address when one came by a link, else the one last worked on. */
export function beginning() {
  const asked = location.hash.match(/^#r(\d+-\d+)$/);
  const came = performance.getEntriesByType("navigation")[0]?.type;
  if (asked && came === "navigate") return asked[1];
  return recall().row ?? asked?.[1];
}
