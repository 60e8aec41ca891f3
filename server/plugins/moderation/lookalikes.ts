/** Small letters of other alphabets, and after each the Latin one it can't be told from in most fonts. */
const pairs = [
  // Cyrillic
  ...['аa', 'вb', 'сc', 'ԁd', 'еe', 'һh', 'нh', 'іi', 'јj', 'кk', 'ӏl', 'мm', 'оo', 'рp', 'ԛq', 'ѕs', 'тt', 'уy', 'ѵv'],
  ...['ԝw', 'хx', 'ү' + 'y'],
  // Greek
  ...['αa', 'βb', 'εe', 'ηn', 'ιi', 'κk', 'μm', 'νv', 'οo', 'ρp', 'τt', 'υy', 'χx', 'ζz'],
  // Armenian
  ...['օo', 'սu', 'ցg', 'հh', 'ոn'],
  // Latin letters of phonetics and other languages
  ...['ɑa', 'ɡg', 'ɩi', 'ʏy', 'ᴀa', 'ʙb', 'ᴄc', 'ᴅd', 'ᴇe', 'ɢg', 'ʜh', 'ɪi', 'ᴊj', 'ᴋk', 'ʟl', 'ᴍm', 'ɴn', 'ᴏo', 'ᴘp'],
  ...['ʀr', 'ꜱs', 'ᴛt', 'ᴜu', 'ᴠv', 'ᴡw', 'ᴢz', 'øo', 'łl', 'đd', 'ħh', 'ŧt', 'ƀb'],
];

/** Where 26 letters in boxes, circles or flags begin, which no normalisation takes for letters. */
const boxed = [0x1f150, 0x1f170, 0x1f1e6];

const latin = new Map(pairs.map((pair) => [pair.slice(0, -1), pair.slice(-1)]));
for (const start of boxed) {
  for (let at = 0; at < 26; at += 1) latin.set(String.fromCodePoint(start + at), String.fromCharCode(0x61 + at));
}

/** The Latin letter that a letter in lower case looks like, or the letter itself. */
export function lookalikeOf(letter: string): string {
  return latin.get(letter) ?? letter;
}
