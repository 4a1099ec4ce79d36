import { Refusal, refuse } from '@junxian/errors';
import { Faults } from '../texts.rules';
import { cleanText, fieldRequired } from './faults.rules';
import { checkProfile, type ProfileCheck } from './profile.rules';
import type { ProfileFacts, ProfileInput } from './public-account.types';

/** The answer to a picture 验证码. */
export interface CaptchaAnswer {
  id: string;
  text: string;
}

/** The form of a registration as somebody sent it. */
export interface RegistrationInput extends ProfileInput {
  username?: string | null;
  password?: string | null;
  anonymous: boolean;
  termsAccepted: boolean;
}

/** A registration that is complete; the directory decides about username and password. */
export interface Registration {
  username: string;
  password: string;
  anonymous: boolean;
  profile: ProfileFacts;
  captcha: CaptchaAnswer;
}

/**
 * Checks a registration. Refuses all faults together: TERMS_NOT_ACCEPTED (PT-PUB-01), ADDRESS_REQUIRED (PT-PUB-02),
 * CAPTCHA_REQUIRED and what {@link checkProfile} finds.
 */
export function checkRegistration(
  input: RegistrationInput,
  captcha: CaptchaAnswer | null | undefined,
  check: Omit<ProfileCheck, 'anonymous'>,
): Registration {
  const { anonymous } = input;
  const faults = new Faults();
  if (!input.termsAccepted) faults.add(termsNotAccepted());
  const username = cleanText(input.username, 'username', 100, faults);
  if (username === null) faults.add(fieldRequired('username', '用户名', 'a username'));
  // Never trimmed: what is a good password is the directory's to say.
  const password = input.password ?? '';
  if (password === '') faults.add(fieldRequired('password', '密码', 'a password'));
  if (password.length > 256) faults.add(passwordTooLong());
  const profile = checkProfile(input, { ...check, anonymous }, faults);
  const answer = faults.of(() => checkCaptcha(captcha));
  faults.throwIfAny();
  return { username: username!, password, anonymous, profile, captcha: answer! };
}

/** A captcha's answer. Throws CAPTCHA_REQUIRED without one. */
export function checkCaptcha(captcha: CaptchaAnswer | null | undefined): CaptchaAnswer {
  if (captcha && captcha.id !== '' && captcha.text.trim() !== '') return captcha;
  throw new Refusal(
    'CAPTCHA_REQUIRED',
    { zh: '请输入验证码', en: 'Enter the captcha' },
    { field: 'captcha' },
  );
}

const termsNotAccepted = () =>
  new Refusal(
    'TERMS_NOT_ACCEPTED',
    {
      zh: '请阅读并同意注册条款后再注册',
      en: 'Read and accept the terms before you register',
    },
    { field: 'termsAccepted' },
  );

const passwordTooLong = () =>
  refuse.invalid('password', {
    zh: '密码过长，最多 256 个字符',
    en: 'The password is too long; it has at most 256 characters',
  });
