import type { Bilingual } from '@junxian/errors';

/** How each domain is called when its service cannot answer. A service not listed is called by its own name. */
const DOMAINS: Readonly<Record<string, Bilingual>> = {
  directory: { zh: '区划、机构与账号', en: 'Directory' },
  personnel: { zh: '人事', en: 'Personnel' },
  'party-organisation': { zh: '党组织', en: 'Party organisation' },
  'poverty-alleviation': { zh: '扶贫', en: 'Poverty alleviation' },
  'social-insurance': { zh: '社会保险', en: 'Social insurance' },
  petitions: { zh: '信访', en: 'Petitions' },
  'student-affairs': { zh: '学生事务', en: 'Student affairs' },
  'agency-exchange': { zh: '部门数据交换', en: 'Agency exchange' },
};

/** The domain a subgraph serves, in both languages. Takes the subgraph's name in the supergraph. */
export function domainOf(subgraph: string): Bilingual {
  const name = subgraph.toLowerCase().replaceAll('_', '-');
  return DOMAINS[name] ?? { zh: name, en: name };
}

/** What a person reads when a domain's service is down: which part is missing and that the rest is there. */
export function unavailableText(subgraph: string): Bilingual {
  const domain = domainOf(subgraph);
  return {
    zh: `“${domain.zh}”服务暂时不可用，相关内容未能返回，请稍后再试`,
    en: `${domain.en} is temporarily unavailable; its part of the answer is missing, try again later`,
  };
}
