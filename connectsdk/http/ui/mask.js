// Which values of a configuration are not shown?

const SECRET = /passw|passphrase|pwd|secret|token|credential|api[._-]?key|access[._-]?key|private[._-]?key|ssl\.key$|jaas|auth\.user\.info|authorization|cookie|signature/i;
const PLACEHOLDER = /\$\{([A-Za-z0-9_-]*)(:?)[^}]*\}/g;
const USER_INFO = /(\/\/[^/?#\s:@]*):[^/?#\s]*@/g;
const QUERY = /([?&;](?:[^=&;\s]*(?:passw|pwd|secret|token|key|sig)[^=&;\s]*)=)[^&;\s]*/gi;
const DOTS = "••••••";

/** Return what to show of a value, and whether something of it is hidden. */
export function mask(key, value) {
  const text = String(value);
  if (SECRET.test(key) && text !== "") return { text: DOTS, hidden: true };
  const shown = text
    .replace(PLACEHOLDER, (_, provider, colon) => `\${${colon ? provider + colon : ""}${DOTS}}`)
    .replace(USER_INFO, `$1:${DOTS}@`)
    .replace(QUERY, `$1${DOTS}`);
  return { text: shown, hidden: shown !== text };
}
