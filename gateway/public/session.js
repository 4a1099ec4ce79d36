// The signed-in person's tokens, for this tab only: nothing is kept once the tab is closed.
'use strict';

const session = {
  key: 'junxian-session',

  read() {
    return JSON.parse(sessionStorage.getItem(this.key) ?? 'null');
  },

  /** Takes what login, refreshSession or switchAppointment answered. */
  keep({ accessToken, refreshToken, account, appointment, appointments, pending }) {
    const name = account.realName ?? account.loginName;
    const kept = { accessToken, refreshToken, name, appointment, appointments, pending };
    sessionStorage.setItem(this.key, JSON.stringify(kept));
  },

  /** Forgets the person and what the person wrote in GraphiQL: the next one at this screen sees none of it. */
  forget() {
    sessionStorage.clear();
    this.onend();
  },

  /** A page says here what to do when the session is over. */
  onend() {},
};

const PAYLOAD = `accessToken refreshToken pending account { realName loginName }
  appointment { id post regionCode regionLevel } appointments { id post regionCode regionLevel }`;

const OVER = ['UNAUTHENTICATED', 'TOKEN_STALE'];

const codeOf = (answer) => answer.errors?.[0]?.extensions?.code;

/** Asks the gateway; with a session the request carries its token, which is exchanged once when it is stale. */
async function askGateway(request, mayRefresh = true) {
  const kept = session.read();
  const answer = await post(request, kept?.accessToken);
  if (!kept || !mayRefresh || !OVER.includes(codeOf(answer))) return answer;
  // Another request may have exchanged the tokens meanwhile; a refresh token is good only once.
  const isRenewed = session.read()?.accessToken !== kept.accessToken || (await refreshSession());
  return isRenewed && session.read() ? askGateway(request, false) : answer;
}

async function post(request, accessToken) {
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'accept-language': language(),
      ...(accessToken ? { authorization: `Bearer ${accessToken}` } : {}),
    },
    body: JSON.stringify(request),
  });
  return response.json();
}

let refreshing = null;

/** Exchanges the refresh token, once for all requests that wait for it; false when the session is over. */
function refreshSession() {
  refreshing ??= exchange(session.read()).finally(() => {
    refreshing = null;
  });
  return refreshing;
}

async function exchange(kept) {
  if (!kept) return false;
  const answer = await post({
    query: `mutation Refresh($refreshToken: String!) { refreshSession(refreshToken: $refreshToken) { ${PAYLOAD} } }`,
    variables: { refreshToken: kept.refreshToken },
  });
  if (answer.data?.refreshSession) {
    session.keep(answer.data.refreshSession);
    return true;
  }
  // A server that is busy or away has not ended the session.
  if (!['RATE_LIMITED', 'SUBGRAPH_UNAVAILABLE', 'INTERNAL'].includes(codeOf(answer))) session.forget();
  return false;
}

/** Ends the session here and at the service; here also when the service cannot be reached. */
async function signOut() {
  await askGateway({ query: 'mutation SignOut { logout { ended } }' }).catch(() => undefined);
  session.forget();
}

function language() {
  return localStorage.getItem('junxian-language') ?? (navigator.language.startsWith('en') ? 'en' : 'zh');
}

function setLanguage(chosen) {
  localStorage.setItem('junxian-language', chosen);
}

/** The button that changes to the other language; `then` draws the page anew and the button keeps the focus. */
function languageButton(then) {
  const other = language() === 'zh' ? { tag: 'en', name: 'English' } : { tag: 'zh', name: '中文' };
  const button = element('button', { type: 'button', className: 'link language', textContent: other.name });
  button.lang = other.tag;
  button.onclick = () => {
    setLanguage(other.tag);
    then();
    document.querySelector('.language')?.focus();
  };
  return button;
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
