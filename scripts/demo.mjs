// `npm run demo`: sets up, trains two synthetic people, evaluates, writes runs/demo/report.html.
process.argv.splice(2, 0, 'demo');
await import('./fsae.mjs');
