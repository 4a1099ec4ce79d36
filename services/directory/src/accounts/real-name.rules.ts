import { Refusal } from '@junxian/errors';

const NAME = /^[\p{Script=Han}·]{2,30}$/u;
/** Words that say what somebody is for, not who somebody is. */
const ROLE_WORDS = [
  '管理员',
  '操作员',
  '经办人',
  '负责人',
  '联系人',
  '办公室',
  '党支部',
  '支部',
  '党委',
  '书记',
  '委员',
  '主任',
  '科长',
  '局长',
  '账号',
  '帐号',
  '用户',
  '系统',
  '单位',
  '测试',
];

/**
 * Checks the real name somebody activates an account with (DI-ACC-09): 2–30 Chinese characters or
 * `·`, no role word. Takes what was typed; returns it without surrounding spaces; throws
 * INVALID_REAL_NAME.
 */
export function checkRealName(typed: string, field = 'realName'): string {
  const name = typed.trim();
  if (!NAME.test(name) || name.startsWith('·') || name.endsWith('·') || name.includes('··')) {
    throw new Refusal(
      'INVALID_REAL_NAME',
      {
        zh: '请填写真实姓名：2 至 30 个汉字，少数民族姓名可用“·”',
        en: 'Enter your real name: 2 to 30 Chinese characters; “·” may separate parts',
      },
      { field },
    );
  }
  const word = ROLE_WORDS.find((candidate) => name.includes(candidate));
  if (word !== undefined) {
    throw new Refusal(
      'INVALID_REAL_NAME',
      {
        zh: `“${word}”是职务或称谓，请填写使用人本人的真实姓名`,
        en: `“${word}” is a role; enter the real name of the person who uses the account`,
      },
      { field, details: { word } },
    );
  }
  return name;
}
