/** Letters that Unicode does not decompose into a base letter and marks, with their usual Latin spelling. */
const LETTERS = `
  ß=ss æ=ae œ=oe ø=o đ=d ð=d þ=th ł=l ħ=h ı=i ŋ=n ĸ=k
  а=a б=b в=v г=g ґ=g д=d е=e є=ie ж=zh з=z и=i і=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch
  ш=sh щ=shch ъ= ы=y ь= э=e ю=iu я=ia ј=j љ=lj њ=nj ћ=c ђ=dj
  α=a β=v γ=g δ=d ε=e ζ=z η=i θ=th ι=i κ=k λ=l μ=m ν=n ξ=x ο=o π=p ρ=r σ=s ς=s τ=t υ=y φ=f χ=ch ψ=ps ω=o
`;

const SPELLINGS = new Map(
  LETTERS.trim()
    .split(/\s+/)
    .map((pair) => {
      const [letter = '', spelling = ''] = pair.split('=');
      return [letter, spelling];
    }),
);

/** Lower case, without marks, in Latin letters where the letter has a usual spelling; others are left as they are. */
export function toLatin(text: string): string {
  const plain = text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}+/gu, '');
  return Array.from(plain, (letter) => SPELLINGS.get(letter) ?? letter).join('');
}
