// A contact sheet: all pictures on one static page, look by look, each with its caption.

export function sheet(pictures, missing) {
  const looks = [...new Set(pictures.map(({ look }) => look))];
  const links = looks.map((look) => `<a href="#${look}">${look}</a>`).join(" ");
  const gaps = missing.length > 0 ? `<h2>Not there</h2><ul>${missing.map((one) => `<li>${escaped(one)}</li>`).join("")}</ul>` : "";
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Burstlab in pictures</title>
<style>
  body { margin: 2rem; background: #888; color: #000; font: 16px/1.4 system-ui, sans-serif; }
  nav { position: sticky; top: 0; background: #888; padding: 0.5rem 0; }
  .look { display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; }
  figure { margin: 0; }
  img { display: block; max-width: 30rem; max-height: 40rem; }
  a { color: inherit; }
</style>
<h1>Burstlab in pictures</h1>
<nav>${links}</nav>
${looks.map((look) => section(look, pictures.filter((picture) => picture.look === look))).join("\n")}
${gaps}
</html>
`;
}

function section(look, pictures) {
  return `<h2 id="${look}">${look}</h2>\n<div class="look">\n${pictures.map(figure).join("\n")}\n</div>`;
}

function figure({ path, caption }) {
  const [address, words] = [encodeURI(path), escaped(caption)];
  return `<figure><a href="${address}"><img loading="lazy" src="${address}" alt="${words}"></a><figcaption>${words}</figcaption></figure>`;
}

function escaped(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
