/** The style sheet of exported conversations: light and dark, narrow and wide, screen and paper. */

export const STYLE = `
:root { color-scheme: light dark; --text: #1c1e21; --dim: #5f6670; --line: #d9dde3; --code: #f4f5f7; --paper: #fff; --link: #0b57a4; --user: #eef4fb; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e6ea; --dim: #9aa1ab; --line: #3a3f47; --code: #23272e; --paper: #16181c; --link: #82b8f5; --user: #1f2833; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 50rem; padding: 1.5rem; background: var(--paper); color: var(--text);
  font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .5rem; }
h2 { font-size: .95rem; margin: 0 0 .5rem; }
h2 small { color: var(--dim); font-weight: normal; }
h3, h4, h5, h6 { font-size: 1.05rem; margin: 1.2rem 0 .4rem; }
a { color: var(--link); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0; color: var(--dim); font-size: .9rem; }
dd { margin: 0; }
article + article { border-top: 3px double var(--line); margin-top: 3rem; padding-top: 2rem; }
section { border-top: 1px solid var(--line); margin-top: 1.25rem; padding-top: 1rem; }
section.user { background: var(--user); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; }
section.system, section.tool { color: var(--dim); }
div > :first-child { margin-top: 0; }
div > :last-child { margin-bottom: 0; }
pre { background: var(--code); border: 1px solid var(--line); border-radius: .4rem; padding: .75rem; overflow-x: auto; white-space: pre-wrap; }
code { font: .9em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
:not(pre) > code { background: var(--code); border-radius: .25rem; padding: .1em .3em; }
blockquote { border-left: 3px solid var(--line); color: var(--dim); margin: 1rem 0; padding-left: 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: 1rem 0; }
th, td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; vertical-align: top; }
.right { text-align: right; }
.center { text-align: center; }
details { border-left: 3px solid var(--line); margin: .75rem 0; padding-left: 1rem; color: var(--dim); }
summary { cursor: pointer; }
figure { margin: 1rem 0; }
img { max-width: 100%; height: auto; border: 1px solid var(--line); border-radius: .4rem; }
figcaption, .note, .call, .sources, .address { color: var(--dim); font-size: .9rem; }
.raw { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .9em; white-space: pre-wrap; }
@media print {
  :root { --text: #000; --dim: #444; --line: #bbb; --code: #f6f6f6; --paper: #fff; --link: #000; --user: #f6f6f6; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  article + article { break-before: page; border: 0; }
  h2, summary { break-after: avoid; }
  pre, table, figure { break-inside: avoid; }
}
`;
