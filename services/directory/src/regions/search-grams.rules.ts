/**
 * Which pieces of a name the search index holds. Pieces so common that a scan in order of level and code
 * meets a full page at once are left out, of the index and of the queries alike; it makes the index a
 * quarter of its size and costs no exactness, since every hit is compared with the whole text again.
 * Counted over the national file: characters in more than 2,000 names, pairs in more than 10,000.
 * Names already stored keep the grams of their day: whoever changes these lists rebuilds the column.
 */
const COMMON_CHARACTERS = new Set(
  '北市区东城华门街道福社居委会德南子口路台九王井山寺吉黄家大兴楼苑安头湾宝五营花园新桥海民官青龙小前永康四二六八阳乐西竹建赵苏金胡' +
    '中清水里十坡河和平七湖庄地林上江文光明店岗长玉天元利村杨李铁富太达一三第沙沟木白云庙塔万树团房胜马双铺丰红罗柳后坑石农坊川梁窑泉' +
    '土老场牛源连员关屯凤坝古溪高堡洋心合星日堂周洼辛滩生郭孙下港县克岭刘业峰朱陈田镇张乡格峪坪吴徐联兰集活岩塘查寨洞尔阿巴拉嘎',
);
const COMMON_PAIRS = new Set(
  '社区 区居 居委 委会 居民 民委 委员 员会 庄村 村委 村民 村村 家村 沟村 山村'.split(' '),
);

/** The rarer characters and pairs of characters of a text, each once; what the index holds of a name. */
export function gramsOf(text: string): string[] {
  const characters = [...text];
  const grams = new Set<string>();
  characters.forEach((character, at) => {
    if (!COMMON_CHARACTERS.has(character)) grams.add(character);
    const next = characters[at + 1];
    if (next !== undefined && !COMMON_PAIRS.has(character + next)) grams.add(character + next);
  });
  return [...grams];
}
