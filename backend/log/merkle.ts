/**
 * Merkle trees of RFC 6962 (section 2.1): root, inclusion proofs, consistency proofs, and their checks. Hashes are
 * SHA-256; leaves are hashed with a 0x00 prefix and nodes with 0x01, so that neither passes for the other.
 */
import { hash } from 'node:crypto'

export type Hash = Buffer

const LEAF = Buffer.of(0)
const NODE = Buffer.of(1)

/** At once: a hash object costs three times as much as hashing so little. */
function sha256(data: Uint8Array): Hash {
  return hash('sha256', data, 'buffer')
}

export function leafHash(data: string | Uint8Array): Hash {
  return sha256(Buffer.concat([LEAF, typeof data === 'string' ? Buffer.from(data) : data]))
}

export function nodeHash(left: Hash, right: Hash): Hash {
  return sha256(Buffer.concat([NODE, left, right]))
}

/** Largest power of two below n; n > 1. */
function split(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1))
}

export function rootOf(leaves: readonly Hash[]): Hash {
  const [first] = leaves
  if (first === undefined) return sha256(Buffer.alloc(0))
  if (leaves.length === 1) return first
  const k = split(leaves.length)
  return nodeHash(rootOf(leaves.slice(0, k)), rootOf(leaves.slice(k)))
}

/** PATH(m, D[n]) of RFC 6962 section 2.1.1; `index` counts from 0. */
export function inclusionProof(index: number, leaves: readonly Hash[]): Hash[] {
  if (leaves.length <= 1) return []
  const k = split(leaves.length)
  return index < k
    ? [...inclusionProof(index, leaves.slice(0, k)), rootOf(leaves.slice(k))]
    : [...inclusionProof(index - k, leaves.slice(k)), rootOf(leaves.slice(0, k))]
}

export function includes(
  leaf: Hash,
  index: number,
  size: number,
  proof: readonly Hash[],
  root: Hash,
): boolean {
  if (index < 0 || index >= size) return false
  const computed = climb(leaf, index, size, [...proof])
  return computed?.equals(root) === true
}

function climb(leaf: Hash, index: number, size: number, proof: Hash[]): Hash | null {
  if (size === 1) return proof.length === 0 ? leaf : null
  const top = proof.pop()
  if (top === undefined) return null
  const k = split(size)
  const below = index < k ? climb(leaf, index, k, proof) : climb(leaf, index - k, size - k, proof)
  if (below === null) return null
  return index < k ? nodeHash(below, top) : nodeHash(top, below)
}

/** PROOF(m, D[n]) of RFC 6962 section 2.1.2: that the first `from` leaves are a prefix of all. */
export function consistencyProof(from: number, leaves: readonly Hash[]): Hash[] {
  return from === 0 || from === leaves.length ? [] : subProof(from, leaves, true)
}

function subProof(m: number, leaves: readonly Hash[], whole: boolean): Hash[] {
  const n = leaves.length
  if (m === n) return whole ? [] : [rootOf(leaves)]
  const k = split(n)
  return m <= k
    ? [...subProof(m, leaves.slice(0, k), whole), rootOf(leaves.slice(k))]
    : [...subProof(m - k, leaves.slice(k), false), rootOf(leaves.slice(0, k))]
}

/** Whether the proof shows that a tree of `from` leaves with `oldRoot` grew into one of `to` leaves with `newRoot`. */
export function isConsistent(
  from: number,
  to: number,
  oldRoot: Hash,
  newRoot: Hash,
  proof: readonly Hash[],
): boolean {
  if (from > to || from < 0) return false
  if (from === to) return proof.length === 0 && oldRoot.equals(newRoot)
  if (from === 0) return proof.length === 0
  const pair = both(from, to, [...proof], oldRoot, true)
  return pair?.old.equals(oldRoot) === true && pair.fresh.equals(newRoot)
}

/** Rebuilds both roots from the proof, last hash first. */
function both(
  m: number,
  n: number,
  proof: Hash[],
  oldRoot: Hash,
  whole: boolean,
): { old: Hash; fresh: Hash } | null {
  if (m === n) {
    const hash = whole ? oldRoot : proof.pop()
    return hash === undefined || proof.length > 0 ? null : { old: hash, fresh: hash }
  }
  const other = proof.pop()
  if (other === undefined) return null
  const k = split(n)
  if (m <= k) {
    const below = both(m, k, proof, oldRoot, whole)
    return below === null ? null : { old: below.old, fresh: nodeHash(below.fresh, other) }
  }
  const below = both(m - k, n - k, proof, oldRoot, false)
  return below === null ? null : { old: nodeHash(other, below.old), fresh: nodeHash(other, below.fresh) }
}

/**
 * Roots of the complete subtrees of a growing tree, largest first: enough to add leaves and to know the root without
 * reading the tree again.
 */
export function extend(frontier: readonly Hash[], size: number, leaf: Hash): Hash[] {
  const next = [...frontier]
  let hash = leaf
  for (let n = size; n % 2 === 1; n = (n - 1) / 2) {
    const left = next.pop()
    if (left === undefined) throw new Error('the frontier does not fit the size')
    hash = nodeHash(left, hash)
  }
  return [...next, hash]
}

export function frontierRoot(frontier: readonly Hash[]): Hash {
  const last = frontier.at(-1)
  if (last === undefined) return rootOf([])
  return frontier.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
}
