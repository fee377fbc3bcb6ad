/** Finds the time zone of a place as people name it: cities that zones are named after, and a few that they are not. */
import { plain } from './guide-words.ts';

/** An IANA name; undefined where the place is not known. */
export function timeZoneOf(place: string): string | undefined {
  const wanted = plain(place)
    .replace(/^the /, '')
    .replace(/[_\s]+/g, ' ')
    .trim();
  const named = OTHERS.get(wanted);
  if (named !== undefined) return named;
  zones ??= new Map(Intl.supportedValuesOf('timeZone').flatMap((zone) => namesOf(zone).map((name) => [name, zone] as const)));
  return zones.get(wanted);
}

/** "america/new york" and "new york". */
function namesOf(zone: string): string[] {
  const name = zone.toLowerCase().replaceAll('_', ' ');
  return [name, name.slice(name.lastIndexOf('/') + 1)];
}

/** Made when somebody asks for the first time: Node needs some milliseconds for the list. */
let zones: ReadonlyMap<string, string> | undefined;

const PLACES: Readonly<Record<string, string>> = {
  UTC: 'utc, gmt, greenwich',
  'Asia/Tokyo': 'japan, osaka, kyoto, 東京, 日本, tokio',
  'Asia/Shanghai': 'china, beijing, peking, shenzhen, 北京, 上海, 中国',
  'Asia/Kolkata': 'india, delhi, new delhi, mumbai, bangalore, bengaluru, kolkata, indien',
  'Asia/Ho_Chi_Minh': 'vietnam, ho chi minh city, hanoi',
  'Asia/Seoul': 'korea, south korea',
  'Asia/Jerusalem': 'israel, tel aviv',
  'Australia/Sydney': 'canberra',
  'America/New_York': 'nyc, boston, washington, miami, atlanta, philadelphia',
  'America/Los_Angeles': 'la, san francisco, seattle, california, san diego, portland, las vegas',
  'America/Chicago': 'houston, dallas, austin, texas',
  'America/Sao_Paulo': 'rio, rio de janeiro, brasilia',
  'America/Argentina/Buenos_Aires': 'argentina',
  'America/Lima': 'peru',
  'Europe/Berlin': 'germany, deutschland, munich, munchen, hamburg, cologne, koln, frankfurt, allemagne, alemania',
  'Europe/Paris': 'france, lyon, marseille, frankreich, francia',
  'Europe/Madrid': 'spain, barcelona, spanien, espana, espagne',
  'Europe/London': 'uk, england, britain, great britain, scotland, edinburgh, manchester, londres',
  'Europe/Rome': 'italy, milan, rom, italien, roma',
  'Europe/Zurich': 'switzerland, geneva, bern, schweiz, zurich',
  'Europe/Vienna': 'austria, wien, osterreich',
  'Europe/Kiev': 'ukraine, kyiv',
};

const OTHERS: ReadonlyMap<string, string> = new Map(
  Object.entries(PLACES).flatMap(([zone, names]) => names.split(', ').map((name) => [name, zone] as const)),
);
