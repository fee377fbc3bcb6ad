import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isCloudMetadata, specialAddress } from '../../src/tools/addresses.ts';

describe('an address', () => {
  it.each([
    '8.8.8.8',
    '93.184.216.34',
    '172.15.0.1',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '192.169.0.1',
    '2606:2800:220:1::1',
    '2a00:1450::1',
    '64:ff9b::808:808',
    '::ffff:8.8.8.8',
    '[2606:4700::1]',
  ])('%s is public', (address) => expect(specialAddress(address)).toBeUndefined());

  it.each([
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '198.18.0.1',
    '224.0.0.1',
    '239.255.255.250',
    '240.0.0.1',
    '255.255.255.255',
    '192.0.2.1',
    '::1',
    '::',
    '[::1]',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '64:ff9b::192.168.0.1',
    '64:ff9b:1::1',
    '2002:7f00:1::1',
    '2002:c0a8:101::',
    '100::1',
    'fec0::1',
    '4000::1',
    'localhost',
    '',
    '1.2.3',
    'not an address',
  ])('%s is not', (address) => expect(specialAddress(address)).toEqual(expect.any(String)));

  it('is judged the same when it is wrapped in an IPv6 address, however that is written', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
        const hexadecimal = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
        const expected = specialAddress(address);
        for (const wrapped of [
          `::ffff:${address}`,
          `::ffff:${hexadecimal}`,
          `0:0:0:0:0:ffff:${hexadecimal}`,
          `64:ff9b::${hexadecimal}`,
          `2002:${hexadecimal}::1`,
        ]) {
          expect(specialAddress(wrapped), wrapped).toBe(expected);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('of the metadata of a cloud is known in every form', () => {
    for (const address of [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '::ffff:a9fe:a9fe',
      '64:ff9b::a9fe:a9fe',
      'fd00:ec2::254',
      'fd20:ce::254',
      '100.100.100.200',
      '168.63.129.16',
      '169.254.170.23',
      '169.254.0.23',
    ])
      expect(isCloudMetadata(address), address).toBe(true);
    for (const address of ['127.0.0.1', '8.8.8.8', '::1', 'localhost']) expect(isCloudMetadata(address), address).toBe(false);
  });
});
