import { Markup } from './markup.js';

export const STYLE = new Markup(`
:root { color-scheme: light dark; --ink: #20242a; --soft: #667080; --line: #d9dde3; --paper: #ffffff; --shade: #f4f6f8;
  --good: #1f7a3a; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e7eb; --soft: #98a2b0; --line: #363c45; --paper: #16191d; --shade: #1f2329; --good: #63c07d; --bad: #f2867d; }
}
body { font: 15px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 1040px;
  margin: 0 auto; padding: 2.5rem 1.5rem 4rem; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.15rem; margin: 2.6rem 0 .5rem; padding-top: .7rem; border-top: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.4rem 0 .5rem; }
h3 small { font-weight: normal; color: var(--soft); }
p { margin: .4rem 0 .9rem; max-width: 46rem; }
.verdict { font-size: 1.1rem; font-weight: 600; border-left: 4px solid; padding-left: .7rem; }
.passed { border-color: var(--good); color: var(--good); }
.failed { border-color: var(--bad); color: var(--bad); }
.facts, figcaption { color: var(--soft); }
img { display: block; max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: 4px; background: #fff; }
figure { margin: .4rem 0; }
figure svg { max-width: 100%; height: auto; }
figcaption { font-size: .8rem; }
.small { display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: .6rem 1rem; }
.previews { display: grid; grid-template-columns: repeat(auto-fill, minmax(460px, 1fr)); gap: .8rem; }
.key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .85rem; color: var(--soft); margin: .6rem 0 0; }
.key i { display: inline-block; width: .7em; height: .7em; border-radius: 2px; margin-right: .4em; }
.table { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, thead td { text-align: left; font-weight: 600; color: var(--soft); }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line); }
.number { text-align: right; }
pre { font: 12.5px/1.5 ui-monospace, monospace; background: var(--shade); border-radius: 4px; padding: .8rem 1rem;
  overflow-x: auto; white-space: pre-wrap; }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt; }
  figure, img, table { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
`);
