// GraphiQL for whoever has signed in; without a session only what is public answers.
'use strict';

const BAR_TEXTS = {
  zh: {
    title: '郡县 · 查询工具 GraphiQL',
    name: '郡县',
    tool: '查询工具',
    anonymous: '未登录：只能查询公开内容',
    ended: '登录已失效，请重新登录',
    signIn: '登录',
    signOut: '退出登录',
    greeting: '# 在此编写查询，按 Ctrl-Enter 执行。\n# 请求自动带上您的登录信息。',
  },
  en: {
    title: 'Junxian 郡县 · GraphiQL',
    name: 'Junxian 郡县',
    tool: 'Queries',
    anonymous: 'Not signed in: only what is public answers',
    ended: 'The session is over; sign in again',
    signIn: 'Sign in',
    signOut: 'Sign out',
    greeting: '# Write an operation here; Ctrl-Enter runs it.\n# Your sign-in is sent along.',
  },
};

/** What the editor holds at first: with a session a question about the own region that can be run at once. */
function greeting(kept) {
  const region = kept && kept.appointment.regionCode !== NATION ? kept.appointment.regionCode : null;
  const example = region ? `{\n  region(code: "${region}") {\n    name\n    path {\n      name\n    }\n  }\n}\n` : '';
  return `${BAR_TEXTS[language()].greeting}\n\n${example}`;
}

/** The line above the editor: who asks, for which post and region, and the way out. */
async function showBar(notice = '') {
  const texts = BAR_TEXTS[language()];
  document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en';
  document.title = texts.title;
  const message = element('span', { className: 'message', role: 'alert', textContent: notice });
  const kept = session.read();
  const who = element('div', { className: 'who' });
  document.getElementById('bar').replaceChildren(
    element('h1', {}, element('span', { className: 'name', textContent: texts.name }), ` ${texts.tool}`),
    message,
    who,
    languageButton(() => showBar()),
  );
  if (!kept || kept.pending) {
    if (!notice) message.textContent = texts.anonymous;
    who.append(element('a', { className: 'button', href: '/back-office', textContent: texts.signIn }));
    return;
  }
  const leave = element('button', { type: 'button', className: 'quiet', textContent: texts.signOut });
  leave.onclick = async () => {
    leave.disabled = true;
    session.onend = () => undefined;
    await signOut();
    location.assign('/back-office');
  };
  const post = element('span', { className: 'post', textContent: kept.appointment.post });
  who.append(element('a', { className: 'person', href: '/back-office', textContent: kept.name }), post, leave);
  const names = await regionNames(kept);
  // Answers to the former post go from the screen with the page.
  post.replaceWith(actingPost(kept, names, () => location.reload(), (text) => (message.textContent = text)));
}

/** This tab's storage. Operations may hold numbers of people: the open ones are kept, a history of them is not. */
const withoutHistory = {
  getItem: (key) => sessionStorage.getItem(key),
  setItem: (key, value) => {
    if (!/:(queries|favorites)$/.test(key)) sessionStorage.setItem(key, value);
  },
  removeItem: (key) => sessionStorage.removeItem(key),
  clear: () => sessionStorage.clear(),
  get length() {
    return sessionStorage.length;
  },
};

session.onend = () => showBar(BAR_TEXTS[language()].ended);
showBar();
ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher: (request) => askGateway(request),
    defaultQuery: greeting(session.read()),
    storage: withoutHistory,
    defaultEditorToolsVisibility: true,
    // The sign-in is the only header there is.
    isHeadersEditorEnabled: false,
    showPersistHeadersSettings: false,
  }),
);
