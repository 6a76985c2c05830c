/** How often the server is asked whether there is something new. */
const every = 2000;

/**
 * watchChanges calls changed when something has been recorded since it last asked. It asks only
 * while wanted says so and the page can be seen; a server that does not answer is the loader's
 * business, which says so on the page.
 */
export function watchChanges(wanted: () => boolean, changed: () => void): void {
  let known: string | null = null;
  const ask = async () => {
    if (document.hidden || !wanted()) return;
    const answer = await fetch(new URL("api/changes", document.baseURI));
    if (!answer.ok) return;
    const { version } = (await answer.json()) as { version: string };
    const news = known != null && known !== version;
    known = version;
    if (news) changed();
  };
  const again = () => void ask().catch(() => undefined).then(() => setTimeout(again, every));
  again();
}
