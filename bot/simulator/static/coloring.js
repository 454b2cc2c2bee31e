// Sets XML and JSON on lines of their own and colours them; anything else is shown as it came.

import { made } from "./telling.js";

const XML = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([\w:.-]+)((?:\s[^<>]*?)?)(\/?)>|([^<]+)/g;
const JSON_TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** The text as coloured pieces, ready to be put into a <pre>. */
export function coloured(text) {
  const trimmed = text.trim();
  if (trimmed.startsWith("<xml") || trimmed.startsWith("<?xml")) return xml(trimmed);
  const json = parsed(trimmed);
  return json === null ? [document.createTextNode(text)] : fragments(json, JSON_TOKEN, jsonPiece);
}

function parsed(text) {
  if (!/^[[{]/.test(text)) return null;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

function jsonPiece([whole, string, colon, number]) {
  if (string && colon !== undefined) return [made("span", "c-name", string), document.createTextNode(colon)];
  if (string) return [made("span", "c-text", string)];
  return [made("span", number === undefined ? "c-word" : "c-number", whole)];
}

function fragments(text, token, piece) {
  const found = [];
  let end = 0;
  for (const match of text.matchAll(token)) {
    found.push(document.createTextNode(text.slice(end, match.index)), ...piece(match));
    end = match.index + match[0].length;
  }
  found.push(document.createTextNode(text.slice(end)));
  return found;
}

/** An element with only text in it stays on one line, one with elements opens a level. */
function xml(text) {
  const found = [];
  let depth = 0;
  let filled = true; // whether text stands since the last tag, so that the closing tag follows it
  for (const [whole, data, slash, , , empty, words] of text.replace(/^<\?.*?\?>/, "").matchAll(XML)) {
    if (data !== undefined) {
      found.push(made("span", "c-mark", "<![CDATA["), made("span", "c-text", data), made("span", "c-mark", "]]>"));
      filled = true;
    } else if (words !== undefined) {
      if (words.trim() === "") continue;
      found.push(made("span", "c-number", words.trim()));
      filled = true;
    } else {
      if (slash) depth -= 1;
      if (found.length && !(slash && filled)) found.push(document.createTextNode(`\n${"  ".repeat(Math.max(0, depth))}`));
      found.push(made("span", "c-name", whole));
      if (!slash && !empty) depth += 1;
      filled = !slash;
    }
  }
  return found;
}
