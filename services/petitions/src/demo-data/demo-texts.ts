import type { SimpleForm } from '../registration/simple-registration.rules';

/** What demonstration items are about: one line a subject, `{place}` is where it happens. Every text is made up. */
export interface DemoSubject {
  category: string;
  purpose: 'SEEK_SOLUTION' | 'APPEAL' | 'SUGGESTION' | 'ACCUSATION' | 'OTHER';
  title: string;
  content: string;
  demand: string;
  /** What was found, for opinions and replies. */
  finding: string;
}

const SUBJECTS: Record<string, readonly [DemoSubject['purpose'], string, string, string, string]> = {
  'LABOUR.WAGES.MIGRANT_WORKERS': [
    'SEEK_SOLUTION',
    '反映{place}示例工地拖欠农民工工资',
    '我们在{place}示例住宅项目做木工，工程已完工三个月，包工头以甲方未结算为由一直未付工资。',
    '请督促施工单位付清拖欠的工资。',
    '经查，总包单位已在银行专户存入工资保证金，欠薪属实，已责令限期支付。',
  ],
  'LABOUR.EMPLOYMENT.INJURY': [
    'SEEK_SOLUTION',
    '{place}示例机械厂工伤待遇未落实',
    '我在{place}示例机械厂上班时手部受伤，已认定工伤，单位至今未支付停工留薪期工资。',
    '请依法落实工伤待遇。',
    '经核实工伤认定决定书有效，单位同意补发停工留薪期工资。',
  ],
  'LABOUR.PENSION.RETIREMENT': [
    'SEEK_SOLUTION',
    '{place}示例企业职工退休审批被拖延',
    '本人已到退休年龄，档案中出生日期记载不一致，{place}经办窗口多次要求补充材料。',
    '请尽快办理退休审批。',
    '经查档案，以最早记载的出生时间为准，已受理退休申请。',
  ],
  'LAND.EXPROPRIATION.COMPENSATION': [
    'SEEK_SOLUTION',
    '{place}示例村征地补偿款未足额发放',
    '修建示例公路占用{place}示例村耕地，补偿款只发了一部分，村里没有公示。',
    '请公开补偿方案并足额发放。',
    '经核对征地批复和发放清册，差额系青苗补偿尚未评估，已安排评估。',
  ],
  'URBAN_CONSTRUCTION.UTILITIES.HEATING': [
    'SEEK_SOLUTION',
    '{place}示例小区冬季供热温度不达标',
    '{place}示例小区三号楼今冬室温一直在14度左右，多次报修没有效果。',
    '请督促热力公司整改并退还部分热费。',
    '经入户测温属实，热力公司已清洗换热站并调整管网平衡。',
  ],
  'URBAN_CONSTRUCTION.PROPERTY.TITLE': [
    'SEEK_SOLUTION',
    '{place}示例花园入住多年未办不动产证',
    '{place}示例花园2015年交房，因开发商未缴清有关费用，业主一直办不了证。',
    '请协调解决办证问题。',
    '经会商，列入历史遗留问题清单，先行受理业主办证申请。',
  ],
  'URBAN_CONSTRUCTION.DEMOLITION.DELAY': [
    'APPEAL',
    '{place}示例棚改项目逾期未回迁',
    '{place}示例棚改项目约定两年回迁，现已逾期，过渡费也停发了。',
    '请明确回迁时间并补发过渡费。',
    '经查项目因配套管线迟建而延期，过渡费按协议补发。',
  ],
  'AGRICULTURE.LAND_CONTRACT.DISPUTE': [
    'SEEK_SOLUTION',
    '{place}示例村土地承包面积登记有误',
    '二轮承包时我家在{place}示例村有8亩地，确权证上只登记了6亩。',
    '请重新丈量并更正登记。',
    '经现场丈量并征求四邻意见，确有两块地漏登，已启动更正。',
  ],
  'AGRICULTURE.VILLAGE_AFFAIRS.FINANCE': [
    'APPEAL',
    '反映{place}示例村账目不公开',
    '{place}示例村已有一年没有公布集体收支，村民要求查看遭拒。',
    '请监督村务公开。',
    '经检查，村级账目已委托代管，责成按季度公布。',
  ],
  'AGRICULTURE.SUBSIDIES.GRAIN': [
    'SEEK_SOLUTION',
    '{place}示例村种粮补贴发放对象有误',
    '我家的地已流转给他人耕种，{place}示例村仍把补贴发给了原承包户。',
    '请按政策发放给实际种粮人。',
    '经核查流转合同，双方对补贴归属没有约定，已组织调解。',
  ],
  'HEALTH.SERVICE.FEES': [
    'SEEK_SOLUTION',
    '{place}示例医院重复收取检查费',
    '在{place}示例医院住院期间，同一项检查收了两次费用。',
    '请核实并退还多收的费用。',
    '经核对费用清单，确有一笔重复，医院已退费并致歉。',
  ],
  'EDUCATION.SCHOOL.ADMISSION': [
    'SEEK_SOLUTION',
    '{place}示例小学随迁子女入学问题',
    '我们在{place}务工三年，办有居住证，孩子今年入学被告知学位已满。',
    '请协调安排就近入学。',
    '经统筹学位，安排到相邻的示例第二小学就读。',
  ],
  'CIVIL_AFFAIRS.RELIEF.RURAL': [
    'SEEK_SOLUTION',
    '申请{place}示例村农村低保未获批准',
    '家中有两位重病老人，收入很低，{place}公示名单里没有我家。',
    '请重新核定家庭收入。',
    '经入户核查，家庭人均收入低于标准，已纳入低保。',
  ],
  'CIVIL_AFFAIRS.VETERANS.BENEFITS': [
    'APPEAL',
    '{place}退役人员生活补助标准问题',
    '本人为参战退役人员，{place}发放的生活补助与文件标准不一致。',
    '请按标准补发。',
    '经核对档案和发放记录，已按新标准补差。',
  ],
  'ENVIRONMENT.NOISE': [
    'SEEK_SOLUTION',
    '{place}示例工地夜间施工噪声扰民',
    '{place}示例小区旁的工地经常施工到凌晨，严重影响休息。',
    '请制止夜间施工。',
    '经夜查属实，已责令停止夜间施工并立案。',
  ],
  'ENVIRONMENT.AIR': [
    'APPEAL',
    '{place}示例建材厂粉尘污染',
    '{place}示例建材厂没有除尘设施，附近农田和院落都是灰。',
    '请责令整改。',
    '经监测颗粒物超标，已责令停产整改。',
  ],
  'TRANSPORT.PASSENGER.BUS': [
    'SUGGESTION',
    '建议增加{place}至市区的公交班次',
    '{place}到市区的示例3路公交一小时一班，上学和就医都不方便。',
    '建议早晚高峰增加班次。',
    '经客流调查，自下月起早晚高峰各增加两班。',
  ],
  'ECONOMY.FINANCE.ILLEGAL_FUNDRAISING': [
    'SEEK_SOLUTION',
    '{place}示例投资公司到期不兑付',
    '在{place}示例投资公司存入积蓄，到期后公司关门，无法联系负责人。',
    '请协助追回本金。',
    '已由公安机关立案，正在登记集资参与人并追赃挽损。',
  ],
  'COMMERCE.CONSUMERS': [
    'SEEK_SOLUTION',
    '{place}示例健身中心闭店不退卡费',
    '{place}示例健身中心突然停业，年卡余额不退。',
    '请协助退费。',
    '经约谈，经营者同意按余额比例分期退还。',
  ],
  'PARTY_GOVERNMENT.POLICY': [
    'SUGGESTION',
    '关于在{place}设置便民服务点的建议',
    '{place}距政务大厅较远，老年人办事往返不便。',
    '建议在示例社区设立便民服务点。',
    '建议已采纳，列入今年便民服务站建设计划。',
  ],
  'JUSTICE.COURTS.ENFORCEMENT': [
    'APPEAL',
    '{place}示例案件判决后执行不到位',
    '{place}示例欠款案判决已生效一年，被执行人有财产却没有执行。',
    '请督促执行。',
    '该事项属涉法涉诉，应由人民法院依法处理。',
  ],
};

/** Subjects of ordinary items; the last one belongs to the courts. */
export const demoSubjects: readonly DemoSubject[] = Object.entries(SUBJECTS).map(
  ([category, [purpose, title, content, demand, finding]]) => ({
    category,
    purpose,
    title,
    content,
    demand,
    finding,
  }),
);

export const accusation: DemoSubject = {
  category: 'DISCIPLINE.DERELICTION',
  purpose: 'ACCUSATION',
  title: '检举{place}示例单位工作人员失职',
  content: '{place}示例单位某工作人员在办理示例项目审批时不作为，造成损失。',
  demand: '请调查处理。',
  finding: '已按规定转有关机关调查。',
};

/** Fills a text with the place it is about. */
export const about = (text: string, place: string): string => text.replaceAll('{place}', place);

const SURNAMES = [...'赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张'];
const GIVEN = [
  '建国',
  '秀英',
  '志强',
  '桂兰',
  '永红',
  '丽华',
  '海军',
  '玉梅',
  '文斌',
  '春燕',
  '国庆',
  '淑珍',
  '小平',
  '红霞',
  '振华',
  '爱民',
];

/** A made-up name, different for each of the first 384 numbers. */
export const demoName = (serial: number): string =>
  `示例${SURNAMES[serial % SURNAMES.length]}${GIVEN[Math.floor(serial / SURNAMES.length) % GIVEN.length]}`;

/** Where problems lie: region and name. All but those of Datong are handled by the province itself. */
export const places = {
  yunzhou: ['140215000000', '云州区'],
  xiping: ['140215100000', '西坪镇'],
  yungang: ['140214000000', '云冈区'],
  datong: ['140200000000', '大同市'],
  pingcheng: ['140213000000', '平城区'],
  xiaodian: ['140105000000', '太原市小店区'],
  luzhou: ['140403000000', '长治市潞州区'],
  yanhu: ['140802000000', '运城市盐湖区'],
  yaodu: ['141002000000', '临汾市尧都区'],
  lishi: ['141102000000', '吕梁市离石区'],
} as const satisfies Record<string, readonly [string, string]>;
export type PlaceKey = keyof typeof places;

/** Guide of the province and links of its cities, beside what the nation's guide says. */
export const guide = {
  regulation: {
    title: '示例山西省信访事项办理指引',
    body: '一、信访事项由问题属地的责任单位办理。\n二、受理告知自收到之日起15日内作出，办理期限为60日，情况复杂的可延长不超过30日。\n三、对答复不服的，可在收到之日起30日内申请复查、复核。',
  },
  notes: {
    title: '示例山西省网上信访注意事项',
    body: '一、请实名注册并如实填写问题发生地。\n二、同一事项请勿重复提交。\n三、多人反映共同事项的，推选代表不超过5人。\n四、对处理结果可以作两次满意度评价。',
  },
  links: [
    ['140100000000', 'CITY_NAVIGATION', '示例太原市信访导航', 'https://taiyuan.example.cn/xinfang'],
    ['140200000000', 'CITY_NAVIGATION', '示例大同市信访导航', 'https://datong.example.cn/xinfang'],
    ['140400000000', 'CITY_NAVIGATION', '示例长治市信访导航', 'https://changzhi.example.cn/xinfang'],
    ['140000000000', 'GOVERNOR_MAILBOX', '示例省长信箱', 'https://shanxi.example.cn/mailbox'],
  ],
} as const;

/** Letters that need no follow-up: one of each kind. */
export const demoSimpleLetters = [
  {
    kind: 'UNCLEAR',
    name: '不详',
    address: '不详',
    handlingMode: 'ARCHIVE',
    destination: '存档',
    note: '字迹不清，无法辨认诉求。',
  },
  {
    kind: 'REPEAT',
    name: '示例重信人',
    address: '大同市云州区示例村',
    handlingMode: 'ARCHIVE',
    destination: '并入前件',
    letterCount: 3,
  },
  {
    kind: 'OTHER_PROVINCE',
    name: '示例外省人',
    address: '河北省示例市',
    handlingMode: 'FORWARD',
    destination: '河北省信访局',
  },
  {
    kind: 'LITIGATION',
    name: '示例涉诉人',
    address: '大同市平城区',
    handlingMode: 'FORWARD',
    destination: '示例人民法院',
    note: '涉法涉诉。',
  },
  {
    kind: 'FINAL',
    name: '示例终结人',
    address: '大同市云州区',
    handlingMode: 'ARCHIVE',
    destination: '存档',
    note: '已三级终结。',
  },
] as const satisfies readonly SimpleForm[];
