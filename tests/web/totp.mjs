// The code of an authenticator app at a time (RFC 6238, six digits, SHA-1, half a minute).
import { createHmac } from 'node:crypto'
import { check } from './kit.mjs'

export function totp(secret, at) {
  const bits = [...secret.replace(/\s/g, '').toUpperCase()].map((one) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(one).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const hash = createHmac('sha1', key).update(step).digest()
  const from = hash[19] & 15
  return String((hash.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
check(totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59_000) === '287082', 'the codes are those of RFC 6238')
