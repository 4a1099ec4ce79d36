import { randomInt } from 'node:crypto';
import { Refusal } from '@junxian/errors';
import { isUuid, serviceScope } from '@junxian/identity';
import type { Database } from '@junxian/persistence';

import svgCaptcha = require('svg-captcha');

import type { PersonalData } from '../accounts/personal-data';
import { SERVICE_SCOPES } from '../service-scopes';

/** Makes a challenge: what to type, and the picture of it. */
export interface CaptchaDrawer {
  draw(): { text: string; svg: string };
}

const CHARACTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789';
// The package is callable with a given text; its typings only know the form that picks a text by Math.random.
const drawText = svgCaptcha as unknown as (text: string, options: svgCaptcha.ConfigObject) => string;

/** Five characters, chosen by the system's source of chance, drawn by svg-captcha. */
export const svgCaptchaDrawer: CaptchaDrawer = {
  draw: () => {
    const text = Array.from({ length: 5 }, () => CHARACTERS[randomInt(CHARACTERS.length)]).join('');
    return {
      text,
      svg: drawText(text, { noise: 3, color: true, background: '#f6f6f6', width: 160, height: 56 }),
    };
  },
};

export interface CaptchaAnswer {
  id: string;
  text: string;
}

/** Issues captchas and takes their answers, each once (DI-LOG-06). */
export class CaptchaService {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
    private readonly drawer: CaptchaDrawer,
    private readonly lifeSeconds: number,
  ) {}

  async issue(now: Date): Promise<{ id: string; svg: string }> {
    const { text, svg } = this.drawer.draw();
    const [row] = await this.database.write(serviceScope(SERVICE_SCOPES.signIn), (tx) =>
      tx.query<{ id: string }>(
        'INSERT INTO captcha (solution_index, expires_at) VALUES ($1, $2) RETURNING id',
        [this.indexOf(text), new Date(now.getTime() + this.lifeSeconds * 1000)],
      ),
    );
    return { id: row!.id, svg };
  }

  /**
   * Takes an answer; the captcha is gone whether it was right or not. Returns null when it was right, else
   * the refusal: CAPTCHA_REQUIRED without an answer, CAPTCHA_WRONG for a wrong, used or expired one.
   */
  async take(answer: CaptchaAnswer | null, now: Date): Promise<Refusal | null> {
    if (answer === null) return captchaRequired();
    if (!isUuid(answer.id)) return captchaWrong();
    const [captcha] = await this.database.write(serviceScope(SERVICE_SCOPES.signIn), (tx) =>
      tx.query<{ index: string; expiresAt: Date }>(
        'DELETE FROM captcha WHERE id = $1 RETURNING solution_index AS index, expires_at AS "expiresAt"',
        [answer.id],
      ),
    );
    const right =
      captcha !== undefined && captcha.expiresAt > now && captcha.index === this.indexOf(answer.text.trim());
    return right ? null : captchaWrong();
  }

  /** Upper and lower case are not told apart: they look alike in the picture. */
  private indexOf(text: string): string {
    return this.personalData.digest('captcha', text.toLowerCase());
  }
}

const captchaRequired = () =>
  new Refusal('CAPTCHA_REQUIRED', { zh: '请输入验证码', en: 'Enter the captcha' }, { field: 'captcha' });

const captchaWrong = () =>
  new Refusal(
    'CAPTCHA_WRONG',
    {
      zh: '验证码错误或已失效，请换一张后重新输入',
      en: 'The captcha is wrong or no longer valid; get a new one and try again',
    },
    { field: 'captcha' },
  );
