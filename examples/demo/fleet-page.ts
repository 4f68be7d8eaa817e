/** What the page says, without its form: the lines that a browser would show. */
export async function textOfPage(url: string, wanted: RegExp): Promise<string[]> {
  const response = await fetch(url, { headers: { accept: "text/html" } });
  const html = await response.text();
  const body = html.replace(/^.*<body/s, "<body").replace(/<(style|svg)[^>]*>.*?<\/\1>/gs, "");
  const lines = body
    .replace(/<\/?(?:span|b|strong|code|small|a|em)[^>]*>/g, "")
    .split(/<[^>]+>/)
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => text !== "");
  return lines.filter((line) => wanted.test(line)).slice(0, 8);
}
