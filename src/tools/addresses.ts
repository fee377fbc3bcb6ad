/** Tells addresses of the public internet from those of this machine, of private networks and of other special purposes. */
import { BlockList, isIP } from 'node:net';

/** Why an address is none of the public internet; undefined for one that is. What cannot be read as an address is not public. */
export function specialAddress(address: string): string | undefined {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const version = isIP(plain);
  if (version === 4) return ipv4(plain);
  return version === 6 ? ipv6(plain) : 'no address';
}

/** Where clouds hand out the keys of a machine to whoever asks from it: never fetched, whatever is allowed. */
export function isCloudMetadata(address: string): boolean {
  const plain = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIP(plain) === 4) return METADATA.check(plain, 'ipv4');
  const inside = isIP(plain) === 6 ? embedded(plain) : undefined;
  return inside === undefined ? isIP(plain) === 6 && METADATA.check(plain, 'ipv6') : METADATA.check(inside, 'ipv4');
}

type Range = [network: string, bits: number, what: string];

/** https://www.iana.org/assignments/iana-ipv4-special-registry */
const IPV4: readonly Range[] = [
  ['0.0.0.0', 8, 'this network'],
  ['10.0.0.0', 8, 'a private network'],
  ['100.64.0.0', 10, 'a network of a provider'],
  ['127.0.0.0', 8, 'this machine'],
  ['169.254.0.0', 16, 'the local link'],
  ['172.16.0.0', 12, 'a private network'],
  ['192.0.0.0', 24, 'a reserved network'],
  ['192.0.2.0', 24, 'a network for examples'],
  ['192.88.99.0', 24, 'a reserved network'],
  ['192.168.0.0', 16, 'a private network'],
  ['198.18.0.0', 15, 'a network for tests'],
  ['198.51.100.0', 24, 'a network for examples'],
  ['203.0.113.0', 24, 'a network for examples'],
  ['224.0.0.0', 4, 'a multicast group'],
  ['240.0.0.0', 4, 'a reserved network'],
];

/** https://www.iana.org/assignments/iana-ipv6-special-registry; whatever is not in 2000::/3 is not public either. */
const IPV6: readonly Range[] = [
  ['::1', 128, 'this machine'],
  ['fc00::', 7, 'a private network'],
  ['fe80::', 10, 'the local link'],
  ['ff00::', 8, 'a multicast group'],
  ['2001::', 23, 'a reserved network'],
  ['2001:db8::', 32, 'a network for examples'],
  ['3fff::', 20, 'a network for examples'],
];

const LISTS4 = IPV4.map(([network, bits, what]) => ({ list: listOf(network, bits, 'ipv4'), what }));
const LISTS6 = IPV6.map(([network, bits, what]) => ({ list: listOf(network, bits, 'ipv6'), what }));
const GLOBAL6 = listOf('2000::', 3, 'ipv6');
const METADATA = new BlockList();
// All of the local link: each cloud has other addresses there (.169.254, .170.2, .170.23, .0.23).
METADATA.addSubnet('169.254.0.0', 16);
// Alibaba, Oracle, Azure.
for (const address of ['100.100.100.200', '192.0.0.192', '168.63.129.16']) METADATA.addAddress(address);
// Amazon, Google.
for (const address of ['fd00:ec2::254', 'fd00:ec2::23', 'fd20:ce::254']) METADATA.addAddress(address, 'ipv6');

function listOf(network: string, bits: number, family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  list.addSubnet(network, bits, family);
  return list;
}

function ipv4(address: string): string | undefined {
  return LISTS4.find(({ list }) => list.check(address, 'ipv4'))?.what;
}

function ipv6(address: string): string | undefined {
  const inside = embedded(address);
  if (inside !== undefined) return ipv4(inside);
  const special = LISTS6.find(({ list }) => list.check(address, 'ipv6'))?.what;
  return special ?? (GLOBAL6.check(address, 'ipv6') ? undefined : 'a reserved network');
}

/** The IPv4 address that is really reached: mapped (::ffff:), compatible (::), NAT64 (64:ff9b::) and 6to4 (2002:). */
function embedded(address: string): string | undefined {
  const groups = groupsOf(address);
  const [first = 0, second = 0, third = 0] = groups;
  const dotted = (high = 0, low = 0) => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const tail = dotted(groups[6], groups[7]);
  const isZero = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  if (isZero(0, 5) && groups[5] === 0xffff) return tail;
  if (isZero(0, 6) && (groups[6] !== 0 || (groups[7] ?? 0) > 1)) return tail;
  if (first === 0x64 && second === 0xff9b && isZero(2, 6)) return tail;
  return first === 0x2002 ? dotted(second, third) : undefined;
}

/** The eight numbers of a valid address. */
function groupsOf(address: string): number[] {
  const text = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) =>
    [Number(a) * 256 + Number(b), Number(c) * 256 + Number(d)].map((group) => group.toString(16)).join(':'),
  );
  const [head = '', tail] = text.split('::');
  const numbers = (part: string) => (part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16)));
  const before = numbers(head);
  const after = tail === undefined ? [] : numbers(tail);
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}
