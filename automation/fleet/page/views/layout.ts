/** What all pages have. */
import { type Html, html } from "../../../report/html/text.ts";
import { STYLE_PATH } from "./style.ts";

export interface Frame {
  title: string;
  /** Which of the pages of the head it is. */
  current?: "syncs" | "parked" | "history";
  /** Plans that wait for somebody, where it is known. */
  parked?: number | undefined;
  /** Nobody may see the other pages yet. */
  isOutside?: boolean;
  /** Who looks, where they had to say so, and what the form that ends it brings along. */
  login?: { name: string; csrf: string } | undefined;
}

export function layout({ title, current, parked, isOutside, login }: Frame, content: Html): string {
  const link = (name: NonNullable<Frame["current"]>, path: string, text: string | Html) =>
    html`<a href="${path}"${current === name ? html` aria-current="page"` : undefined}>${text}</a>`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLE_PATH}">
<title>${title} · external-infisical</title>
</head>
<body class="fleet">
<a class="skip" href="#content">Skip to the content</a>
<header class="head"><nav aria-label="Pages">
<strong>external-infisical</strong>
${isOutside ? undefined : html`${link("syncs", "/", "Syncs")} ${link("parked", "/?status=parked", parked ? html`Parked <span class="count">${parked}</span>` : "Parked")} ${link("history", "/history", "History")}`}
${login ? html`<form method="post" action="/logout"><input type="hidden" name="csrf" value="${login.csrf}"><span class="muted">${login.name}</span> <button class="quiet">Sign out</button></form>` : undefined}
</nav></header>
<main id="content" tabindex="-1">
${content}
</main>
</body>
</html>
`.html;
}
