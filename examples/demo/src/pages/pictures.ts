import { Html } from "./html.ts";

/** Each hangs from the peg at the top. Drawn by hand; colours are their own in light and dark. */
const drawings: Readonly<Record<string, string>> = {
  overcoat: `<path d="M80 14v14M56 44l24-16 24 16" class="wire"/>
<path fill="#c39a6b" d="M61 38 37 48q-9 4-12 16L13 124l19 5 10-46-3 79h82l-3-79 10 46 19-5-12-60q-3-12-12-16L99 38 80 52z"/>
<path fill="#a67d4e" d="m61 38 19 14 19-14 8 5-9 24-18 31-18-31-9-24z"/>
<path d="M80 98v64M49 124h17M94 124h17" class="seam"/>
<g fill="#5d4326"><circle cx="72" cy="110" r="2.6"/><circle cx="88" cy="110" r="2.6"/><circle cx="72" cy="132" r="2.6"/><circle cx="88" cy="132" r="2.6"/></g>`,
  raincoat: `<path d="M80 14v14M56 44l24-16 24 16" class="wire"/>
<path fill="#5f7468" d="M60 38 38 48q-9 4-11 15L17 122l19 4 8-40-9 78h90l-9-78 8 40 19-4-10-59q-2-11-11-15L100 38z"/>
<path fill="#4a5d52" d="M60 38q20 12 40 0l6 8q-2 14-26 16-24-2-26-16z"/>
<path fill="#4a5d52" d="M41 104h78l2 11H39z"/>
<path fill="#c9a24d" d="M74 102h12v15H74zM77 106v7h6v-7z" fill-rule="evenodd"/>
<path d="M80 62v40M80 117v47M48 132l16-4M112 132l-16-4" class="seam"/>`,
  hat: `<path d="M80 14v44" class="wire"/>
<path fill="#6b6f78" d="M44 126q-2-56 17-66 10-5 19 5 9-10 19-5 19 10 17 66z"/>
<path fill="#33363d" d="M44 104q36 10 72 0l.5 20H43.500z"/>
<path fill="#5a5e67" d="M8 110q10 12 36 13 36 4 72 0 26-1 36-13-2 27-72 28T8 110z"/>`,
  scarf: `<path d="M80 14v20" class="wire"/>
<path fill="#9b3b3b" d="M50 46q30-26 60 0v24H50z"/>
<path fill="#b44a48" d="M50 46q4-6 15-10 14 8 14 18v100H50z"/>
<path fill="#8b3232" d="M110 46q-4-6-15-10-14 8-14 18v76h29z"/>
<path d="M50 122h29M50 132h29M81 100h29M81 110h29" stroke="#efd9a7" stroke-width="4" fill="none"/>
<path d="M53 154v10m6-10v10m6-10v10m6-10v10m5-10v10M84 130v10m6-10v10m6-10v10m6-10v10m5-10v10" stroke="#b44a48" stroke-width="2" fill="none"/>`,
  umbrella: `<path d="M80 14v22" class="wire"/>
<path d="M80 100v44q0 14 12 14t12-12" stroke="#8a5a33" stroke-width="6" stroke-linecap="round" fill="none"/>
<path fill="#2f4a63" d="M14 104Q22 42 80 36q58 6 66 68-12-12-22 0-10-12-22 0-11-12-22 0-11-12-22 0-12-12-22 0-10-12-22 0z"/>
<path d="M80 36Q56 60 58 104M80 36q24 24 22 68M80 36q-44 22-44 68M80 36q44 22 44 68" class="seam"/>`,
  gloves: `<path d="M80 14v18M60 44l20-12 20 12" class="wire"/>
<g id="glove" fill="#8a5b3a"><path d="M40 44h34v26H40z" fill="#6e4629"/><path d="M39 68h36v42q0 4-3 6H42q-3-2-3-6z"/><rect x="39" y="100" width="8.400" height="46" rx="4.200"/><rect x="48.200" y="100" width="8.400" height="56" rx="4.200"/><rect x="57.400" y="100" width="8.400" height="54" rx="4.200"/><rect x="66.600" y="100" width="8.400" height="42" rx="4.200"/><path d="M39 78 24 100q-5 9 1 12t11-4l7-12z"/></g>
<g fill="#9a6945"><path d="M86 44h34v26H86z" fill="#7c5133"/><path d="M85 68h36v42q0 4-3 6H88q-3-2-3-6z"/><rect x="85" y="100" width="8.400" height="42" rx="4.200"/><rect x="94.200" y="100" width="8.400" height="54" rx="4.200"/><rect x="103.400" y="100" width="8.400" height="56" rx="4.200"/><rect x="112.600" y="100" width="8.400" height="46" rx="4.200"/><path d="m121 78 15 22q5 9-1 12t-11-4l-7-12z"/></g>`,
};

export function picture(id: string): Html {
  return new Html(
    `<svg class="picture" viewBox="0 0 160 172" aria-hidden="true">${drawings[id] ?? ""}</svg>`,
  );
}
