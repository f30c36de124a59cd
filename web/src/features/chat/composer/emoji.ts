/** The emoji that people write by name. Any other is written, or chosen with the keyboard of the system, as itself. */

const NAMES = `
+1 👍|-1 👎|100 💯|alarm ⏰|alert 🚨|angry 😠|apple 🍎|art 🎨|bear 🐻|bee 🐝|beer 🍺|bell 🔔|bike 🚲|bird 🐦|blush 😊|boom 💥
book 📖|bug 🐛|bulb 💡|bus 🚌|cake 🍰|calendar 📅|camera 📷|cat 🐱|chart 📈|check ✅|clap 👏|cloud ☁️|coffee ☕|confused 😕
construction 🚧|cool 😎|cry 😢|crossed_fingers 🤞|crown 👑|dancer 💃|dizzy 💫|dog 🐶|down ⬇️|ear 👂|earth 🌍|egg 🥚|email 📧
eyes 👀|facepalm 🤦|family 👪|fire 🔥|fish 🐟|flag 🏁|flower 🌸|folder 📁|frown ☹️|gear ⚙️|gift 🎁|globe 🌐|grin 😁|hammer 🔨
handshake 🤝|heart ❤️|heart_eyes 😍|heavy_check ✔️|house 🏠|hourglass ⏳|hug 🤗|hundred 💯|ice 🧊|joy 😂|key 🔑|kiss 😘|laptop 💻
laugh 😆|leaf 🍃|left ⬅️|link 🔗|lock 🔒|mag 🔍|mail 📬|mask 😷|medal 🏅|memo 📝|money 💰|moon 🌙|mouse 🐭|muscle 💪|music 🎵
neutral 😐|no ❌|no_entry ⛔|ok 👌|open_mouth 😮|package 📦|paperclip 📎|party 🥳|pencil ✏️|phone 📞|pig 🐷|pin 📌|pizza 🍕|plane ✈️
point_up ☝️|pray 🙏|puzzle 🧩|question ❓|rain 🌧️|rainbow 🌈|raised_hands 🙌|recycle ♻️|right ➡️|robot 🤖|rocket 🚀|rofl 🤣|rose 🌹
sad 😞|salute 🫡|scream 😱|seedling 🌱|shield 🛡️|ship 🚢|shrug 🤷|sleep 😴|smile 🙂|smiley 😃|smirk 😏|snail 🐌|snow ❄️|soccer ⚽
sos 🆘|sparkles ✨|star ⭐|stop 🛑|sun ☀️|sunglasses 🕶️|sweat 😅|tada 🎉|tea 🍵|thinking 🤔|thumbsdown 👎|thumbsup 👍|ticket 🎫
timer ⏱️|tired 😫|tools 🛠️|train 🚆|tree 🌳|trophy 🏆|turtle 🐢|umbrella ☔|unlock 🔓|up ⬆️|warning ⚠️|watch ⌚|wave 👋|wink 😉
wow 😲|wrench 🔧|x ❌|yawn 🥱|yum 😋|zap ⚡|zzz 💤
`;

export interface Emoji {
  /** Without colons. */
  readonly name: string;
  readonly emoji: string;
}

export const emojis: readonly Emoji[] = NAMES.trim()
  .split(/[|\n]/)
  .map((each) => {
    const [name = '', emoji = ''] = each.split(' ');
    return { name, emoji };
  });

const byName = new Map(emojis.map(({ name, emoji }) => [name, emoji]));

/** The first ones that people reach for. */
export const quickReactions = ['👍', '❤️', '😂', '🎉', '👀', '✅'] as const;

/** Names that begin with these letters, then those that hold them. */
export function emojisLike(letters: string, most: number): readonly Emoji[] {
  const wanted = letters.toLowerCase();
  const starting = emojis.filter(({ name }) => name.startsWith(wanted));
  const holding = emojis.filter(({ name }) => !name.startsWith(wanted) && name.includes(wanted));
  return [...starting, ...holding].slice(0, most);
}

const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/;

/** `:tada:` becomes 🎉; what is code, or no name, stays as it was written. */
export function withEmojis(text: string): string {
  return text
    .split(CODE)
    .map((part, at) =>
      at % 2 === 1
        ? part
        : part.replace(
            /(?<![\p{L}\p{N}:]):([a-z0-9_+-]+):/giu,
            (all, name: string) => byName.get(name.toLowerCase()) ?? all,
          ),
    )
    .join('');
}
