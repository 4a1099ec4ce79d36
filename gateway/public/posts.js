// Who is signed in, for which post and region, and the choice among several posts.
'use strict';

const POST_TEXTS = {
  zh: { post: '岗位', choose: '当前岗位（可切换）', failed: '没有切换成功，请稍后再试', nation: '全国' },
  en: { post: 'Post', choose: 'Acting post (may be changed)', failed: 'Not changed; try again later', nation: 'Whole country' },
};

const NATION = '000000000000';

/** Names of the regions of all posts, by code, province first; a code without a name stands for itself. */
async function regionNames(kept) {
  const codes = [...new Set(kept.appointments.map(({ regionCode }) => regionCode))];
  const names = new Map(codes.map((code) => [code, code === NATION ? POST_TEXTS[language()].nation : code]));
  const wanted = codes.filter((code) => code !== NATION);
  if (kept.pending || wanted.length === 0) return names;
  const variables = Object.fromEntries(wanted.map((code, index) => [`code${index}`, code]));
  const query = `query PostRegions(${wanted.map((_, index) => `$code${index}: ID!`)}) {
    ${wanted.map((_, index) => `path${index}: regionPath(code: $code${index}) { name }`).join(' ')} }`;
  const { data } = await askGateway({ query, variables }).catch(() => ({}));
  wanted.forEach((code, index) => {
    const path = data?.[`path${index}`] ?? [];
    if (path.length > 0) names.set(code, path.map(({ name }) => name).join(' '));
  });
  return names;
}

const postText = ({ post, regionCode }, names) => `${post} · ${names.get(regionCode)}`;

/** The acting post in words; with several posts a choice, after which `switched` is called. */
function actingPost(kept, names, switched, say) {
  if (kept.appointments.length < 2) return element('span', { className: 'post', textContent: postText(kept.appointment, names) });
  const texts = POST_TEXTS[language()];
  const choice = element('select', { className: 'post', name: 'appointment', ariaLabel: texts.choose, title: texts.choose });
  choice.append(
    ...kept.appointments.map((appointment) =>
      element('option', { value: appointment.id, textContent: postText(appointment, names) }),
    ),
  );
  choice.value = kept.appointment.id;
  choice.onchange = async () => {
    choice.disabled = true;
    const message = await switchPost(choice.value);
    choice.disabled = false;
    if (message === null) return switched();
    choice.value = kept.appointment.id;
    say(message);
  };
  return choice;
}

/** Acts for another post; null, or why not. */
async function switchPost(appointmentId) {
  const { data, errors } = await askGateway({
    query: `mutation SwitchPost($appointmentId: ID!) { switchAppointment(appointmentId: $appointmentId) { ${PAYLOAD} } }`,
    variables: { appointmentId },
  }).catch(() => ({}));
  if (!data?.switchAppointment) return errors?.[0]?.message ?? POST_TEXTS[language()].failed;
  session.keep(data.switchAppointment);
  return null;
}
