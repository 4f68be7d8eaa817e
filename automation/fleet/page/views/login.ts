import { type Html, html } from "../../../report/html/text.ts";

export const loginView = ({
  csrf,
  next,
  problem,
  name = "",
}: {
  csrf: string;
  next: string;
  problem?: string;
  name?: string;
}): Html => html`<h1>Sign in</h1>
${problem === undefined ? undefined : html`<p class="box alarm" role="alert">${problem}</p>`}
<form class="box login" method="post" action="/login">
<input type="hidden" name="csrf" value="${csrf}"><input type="hidden" name="next" value="${next}">
<label>Your name, for the history<input name="by" required maxlength="80" value="${name}" autocomplete="username"></label>
<label>Token<input name="token" type="password" required autocomplete="current-password"></label>
<p><button class="primary">Sign in</button></p>
</form>`;

/** What went wrong, and where to go from there. */
export const failureView = (
  title: string,
  { message, hint }: { message: string; hint?: string | undefined },
): Html => html`<h1>${title}</h1>
<section class="box alarm" role="alert"><pre>${message}</pre>${hint === undefined ? undefined : html`<pre class="muted">${hint}</pre>`}</section>
<p><a href="/">All syncs</a></p>`;
