// The sign-in page of the back office.
'use strict';

const TEXTS = {
  zh: {
    title: '郡县 · 后台',
    name: '郡县',
    heading: '后台登录',
    signedInHeading: '已登录',
    module: '系统',
    channel: '接入方式',
    loginName: '账号（区分大小写）',
    password: '密码（区分大小写）',
    operatorName: '操作人（共用账号填写）',
    captcha: '验证码',
    newCaptcha: '换一张',
    signIn: '登录',
    signOut: '退出登录',
    signingIn: '正在登录…',
    person: '姓名',
    ended: '登录已失效，请重新登录',
    pending: '账号尚未激活或须修改密码，请先完成后再使用其他功能。',
    realName: '真实姓名',
    newPassword: '新密码',
    activate: '激活账号',
    openGraphiql: '打开查询工具 GraphiQL',
    unreachable: '服务器没有应答，请检查网络后再试',
  },
  en: {
    title: 'Junxian 郡县 · back office',
    name: 'Junxian 郡县',
    heading: 'Back office sign-in',
    signedInHeading: 'Signed in',
    module: 'System',
    channel: 'Network',
    loginName: 'Account (case matters)',
    password: 'Password (case matters)',
    operatorName: 'Operator (for shared accounts)',
    captcha: 'Captcha',
    newCaptcha: 'Another picture',
    signIn: 'Sign in',
    signOut: 'Sign out',
    signingIn: 'Signing in…',
    person: 'Name',
    ended: 'The session is over; sign in again',
    pending: 'The account must be activated or its password changed before anything else.',
    realName: 'Real name',
    newPassword: 'New password',
    activate: 'Activate',
    openGraphiql: 'Open GraphiQL',
    unreachable: 'The server does not answer; check the network and try again',
  },
};

const MODULES = [
  { module: 'POVERTY_ALLEVIATION', realm: 'POVERTY_ALLEVIATION', zh: '扶贫', en: 'Poverty alleviation' },
  { module: 'PETITIONS', realm: 'PETITIONS', zh: '信访', en: 'Petitions' },
  { module: 'PARTY_ADMIN', realm: 'PARTY', zh: '党建平台 · 后台管理', en: 'Party platform, administration' },
  { module: 'PARTY_APP', realm: 'PARTY', zh: '党建平台 · 党员端', en: 'Party platform, members' },
  { module: 'BASIC_INFO', realm: 'RETIRED_CADRE', zh: '离退休干部 · 基本信息库', en: 'Retired cadres, basic information' },
  { module: 'FIVE_REGISTERS', realm: 'RETIRED_CADRE', zh: '离退休干部 · 五册', en: 'Retired cadres, five registers' },
  { module: 'PT', realm: 'PROF_TECH', zh: '专业技术人员', en: 'Professional and technical staff' },
];

const CHANNELS = [
  { channel: 'GOV_EXTRANET', zh: '政务外网', en: 'Government extranet' },
  { channel: 'INTERNET', zh: '互联网', en: 'Internet' },
  { channel: 'VPN', zh: 'VPN', en: 'VPN' },
];

let captcha = null;

/** Draws the page; `notice` is said at once. What was typed in stays when only the language changes. */
function show(notice = '') {
  const kept = session.read();
  // Without a session nothing of an earlier one stays in this tab.
  if (!kept) sessionStorage.clear();
  const typed = typedIn();
  const texts = TEXTS[language()];
  document.documentElement.lang = language() === 'zh' ? 'zh-CN' : 'en';
  document.title = texts.title;
  document.body.replaceChildren(
    element(
      'main',
      {},
      element('header', {}, element('span', { className: 'name', textContent: texts.name }), languageButton(() => show())),
      element('h1', { textContent: kept ? texts.signedInHeading : texts.heading }),
      kept ? signedIn(kept, texts, notice) : signInForm(texts, notice, typed),
    ),
  );
}

function typedIn() {
  const form = document.forms.namedItem('sign-in');
  return form ? Object.fromEntries(new FormData(form)) : {};
}

function field(label, input) {
  return element('label', {}, element('span', { textContent: label }), input);
}

function select(name, options, value) {
  const made = element('select', { name });
  made.append(...options.map((option) => element('option', { value: option[value], textContent: option[language()] })));
  return made;
}

function signInForm(texts, notice, typed) {
  const message = element('p', { className: 'message', role: 'alert', textContent: notice });
  const captchaPlace = element('div', { className: 'captcha' });
  const form = element(
    'form',
    { name: 'sign-in' },
    field(texts.module, select('module', MODULES, 'module')),
    field(texts.channel, select('channel', CHANNELS, 'channel')),
    field(texts.loginName, element('input', { name: 'loginName', required: true, autocomplete: 'username', autocapitalize: 'off' })),
    field(texts.password, element('input', { name: 'password', type: 'password', required: true, autocomplete: 'current-password' })),
    field(texts.operatorName, element('input', { name: 'operatorName', autocomplete: 'off' })),
    captchaPlace,
    message,
    element('button', { name: 'submit-button', textContent: texts.signIn }),
  );
  for (const name of ['module', 'channel', 'loginName', 'password', 'operatorName']) {
    if (typed[name] !== undefined) form[name].value = typed[name];
  }
  const refresh = () => showCaptcha(form, captchaPlace, texts).catch(() => say(message, texts.unreachable));
  form.module.onchange = refresh;
  form.channel.onchange = refresh;
  form.onsubmit = (event) => {
    event.preventDefault();
    signIn(form, message, texts, refresh);
  };
  refresh();
  return form;
}

async function showCaptcha(form, place, texts) {
  captcha = null;
  place.replaceChildren();
  const { module, realm } = MODULES.find((option) => option.module === form.module.value);
  const { data } = await askGateway({
    query: `query Options($realm: Realm!, $module: LoginModule!, $channel: AccessChannel!) {
      signInOptions(realm: $realm, module: $module, channel: $channel) { captchaRequired } }`,
    variables: { realm, module, channel: form.channel.value },
  });
  if (!data?.signInOptions?.captchaRequired) return;
  const drawn = await askGateway({ query: 'mutation Captcha { loginCaptcha { id svg } }' });
  captcha = drawn.data?.loginCaptcha ?? null;
  if (captcha === null) return;
  const another = element('button', { type: 'button', className: 'link', textContent: texts.newCaptcha });
  another.onclick = () => showCaptcha(form, place, texts);
  place.replaceChildren(
    element(
      'p',
      {},
      element('img', { src: `data:image/svg+xml,${encodeURIComponent(captcha.svg)}`, alt: texts.captcha }),
      another,
    ),
    field(texts.captcha, element('input', { name: 'captchaText', required: true, autocomplete: 'off' })),
  );
}

async function signIn(form, message, texts, refresh) {
  const button = form['submit-button'];
  if (button.disabled) return;
  say(message, '');
  button.disabled = true;
  button.textContent = texts.signingIn;
  const { module, realm } = MODULES.find((option) => option.module === form.module.value);
  try {
    const { data, errors } = await askGateway({
      query: `mutation SignIn($realm: Realm!, $module: LoginModule!, $channel: AccessChannel!, $loginName: String!,
          $password: String!, $captcha: CaptchaAnswer, $operatorName: String) {
        login(realm: $realm, module: $module, channel: $channel, loginName: $loginName, password: $password,
          captcha: $captcha, operatorName: $operatorName) { ${PAYLOAD} } }`,
      variables: {
        realm,
        module,
        channel: form.channel.value,
        loginName: form.loginName.value.trim(),
        password: form.password.value,
        operatorName: form.operatorName.value.trim() || null,
        captcha: captcha && { id: captcha.id, text: form.captchaText.value.trim() },
      },
    });
    form.password.value = '';
    if (!data?.login) {
      say(message, errors?.[0]?.message ?? texts.unreachable);
      form.password.focus();
      await refresh();
      return;
    }
    session.keep(data.login);
    if (data.login.pending) show();
    else await openTool();
  } catch {
    say(message, texts.unreachable);
  } finally {
    button.disabled = false;
    button.textContent = texts.signIn;
  }
}

/** GraphiQL may be switched off; then the page stays and says who is signed in. */
async function openTool() {
  const answer = await fetch('/graphiql', { method: 'HEAD' }).catch(() => null);
  if (answer?.ok) location.assign('/graphiql');
  else show();
}

function signedIn(kept, texts, notice) {
  const message = element('p', { className: 'message', role: 'alert', textContent: notice });
  const leave = element('button', { type: 'button', className: 'quiet', textContent: texts.signOut });
  leave.onclick = async () => {
    leave.disabled = true;
    session.onend = () => undefined;
    await signOut();
    session.onend = sessionEnded;
    show();
    document.forms.namedItem('sign-in').loginName.focus();
  };
  const post = element('dd', {}, kept.appointment.post);
  regionNames(kept).then((names) => post.replaceChildren(actingPost(kept, names, () => show(), (text) => say(message, text))));
  return element(
    'section',
    {},
    element(
      'dl',
      {},
      element('dt', { textContent: texts.person }),
      element('dd', { textContent: kept.name }),
      element('dt', { textContent: POST_TEXTS[language()].post }),
      post,
    ),
    message,
    kept.pending ? activation(texts) : element('a', { className: 'button', href: '/graphiql', textContent: texts.openGraphiql }),
    leave,
  );
}

function activation(texts) {
  const message = element('p', { className: 'message', role: 'alert' });
  const form = element(
    'form',
    {},
    element('p', { textContent: texts.pending }),
    field(texts.realName, element('input', { name: 'realName', required: true })),
    field(texts.newPassword, element('input', { name: 'newPassword', type: 'password', required: true, autocomplete: 'new-password' })),
    message,
    element('button', { textContent: texts.activate }),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    say(message, '');
    const { data, errors } = await askGateway({
      query: 'mutation Activate($realName: String!, $newPassword: String!) { activateAccount(realName: $realName, newPassword: $newPassword) { __typename } }',
      variables: { realName: form.realName.value.trim(), newPassword: form.newPassword.value },
    }).catch(() => ({}));
    if (!data?.activateAccount) return say(message, errors?.[0]?.message ?? texts.unreachable);
    await refreshSession().catch(() => false);
    if (session.read()) show();
  };
  return form;
}

function say(message, text) {
  message.textContent = text;
}

function sessionEnded() {
  show(TEXTS[language()].ended);
  document.forms.namedItem('sign-in')?.loginName.focus();
}

session.onend = sessionEnded;
show();
document.forms.namedItem('sign-in')?.loginName.focus();
