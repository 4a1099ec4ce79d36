/** A county of the demonstration whose poverty work is told over three years. */
export interface DemoCounty {
  code: string;
  name: string;
  /** In the order of the household numbers. */
  villages: readonly string[];
}

/** 云州区, 大同市: 西坪村 and three more of 西坪镇, then one each of four townships. */
export const YUNZHOU: DemoCounty = {
  code: '140215000000',
  name: '云州区',
  villages: [
    '140215100200',
    '140215100201',
    '140215100204',
    '140215100205',
    '140215101200',
    '140215102200',
    '140215201200',
    '140215202200',
  ],
};

/** 云冈区, 大同市: one village each of six townships. */
export const YUNGANG: DemoCounty = {
  code: '140214000000',
  name: '云冈区',
  villages: ['140214101200', '140214102200', '140214200200', '140214206200', '140214207200', '140214210200'],
};

/** The counties whose three years are told. */
export const DEMO_COUNTIES: readonly DemoCounty[] = [YUNZHOU, YUNGANG];

/** The villages of these counties; a village is known by its place in this list. */
export const STORY_VILLAGES: readonly string[] = DEMO_COUNTIES.flatMap(({ villages }) => villages);

/** Villages of three counties of Shandong, which hold newly identified households only. */
export const NEIGHBOUR_VILLAGES: readonly string[] = [
  // 济宁市汶上县
  '370830001206',
  '370830002204',
  '370830003200',
  '370830102202',
  '370830103200',
  // 德州市临邑县
  '371424001321',
  '371424002265',
  '371424003314',
  '371424100202',
  '371424102201',
  '371424103220',
  // 菏泽市东明县
  '371728001200',
  '371728002200',
  '371728101200',
  '371728102200',
  '371728103200',
];
