import { Refusal } from '@junxian/errors';

/** A row cannot take a region code that rows are still following a change of; `field` is the argument that names the region, if one does. */
export const regionChanging = (field?: string): Refusal =>
  new Refusal(
    'REGION_CHANGING',
    {
      zh: '该区划正在进行代码调整，请稍后再试',
      en: 'The code of this region is being changed; try again in a moment',
    },
    { ...(field === undefined ? {} : { field }), httpStatus: 409 },
  );
