// The signed-in person's tokens, for this tab only: nothing is kept once the tab is closed.
'use strict';

const session = {
  key: 'junxian-session',

  read() {
    return JSON.parse(sessionStorage.getItem(this.key) ?? 'null');
  },

  /** Takes what login or refreshSession answered. */
  keep({ accessToken, refreshToken, account, appointment, pending }) {
    const kept = { accessToken, refreshToken, name: account.realName ?? account.loginName, appointment, pending };
    sessionStorage.setItem(this.key, JSON.stringify(kept));
  },

  forget() {
    sessionStorage.removeItem(this.key);
  },
};

const PAYLOAD = `accessToken refreshToken pending
  account { realName loginName } appointment { id post regionCode regionLevel }`;

/** Asks the gateway; with a session the request carries its token, which is exchanged once when it is stale. */
async function askGateway(request, mayRefresh = true) {
  const kept = session.read();
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'accept-language': language(),
      ...(kept ? { authorization: `Bearer ${kept.accessToken}` } : {}),
    },
    body: JSON.stringify(request),
  });
  const answer = await response.json();
  const code = answer.errors?.[0]?.extensions?.code;
  if (kept && mayRefresh && (code === 'UNAUTHENTICATED' || code === 'TOKEN_STALE')) {
    if (await refreshSession(kept.refreshToken)) return askGateway(request, false);
  }
  return answer;
}

let refreshing = null;

/** Exchanges the refresh token, once for all requests that wait for it. */
function refreshSession(refreshToken) {
  refreshing ??= exchange(refreshToken).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function exchange(refreshToken) {
  session.forget();
  const { data } = await askGateway(
    {
      query: `mutation Refresh($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) { ${PAYLOAD} } }`,
      variables: { refreshToken },
    },
    false,
  );
  if (!data?.refreshSession) return false;
  session.keep(data.refreshSession);
  return true;
}

/** Ends the session here and at the service. */
async function signOut() {
  await askGateway({ query: 'mutation SignOut { logout { ended } }' }, false).catch(() => undefined);
  session.forget();
}

function language() {
  return localStorage.getItem('junxian-language') ?? (navigator.language.startsWith('en') ? 'en' : 'zh');
}

function setLanguage(chosen) {
  localStorage.setItem('junxian-language', chosen);
}

/** Makes an element: properties, then children (texts or elements). */
function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}
