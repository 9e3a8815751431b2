/**
 * Which operating system user runs the embedded PostgreSQL. PostgreSQL refuses to run as root, so as root it runs as
 * `postgres` where that user exists, else as `nobody`. Nobody else can read its folder (0700) or its socket (0700).
 */
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

export interface OsUser {
  uid: number
  gid: number
}

/** null: run as whoever started the backend. */
export function databaseUser(): OsUser | null {
  if (process.getuid?.() !== 0) return null
  for (const name of ['postgres', 'nobody']) {
    try {
      const id = (flag: string) =>
        Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }))
      return { uid: id('-u'), gid: id('-g') }
    } catch {
      // no such user: try the next
    }
  }
  throw new Error('PostgreSQL cannot run as root, and neither user "postgres" nor "nobody" exists here')
}

/** Whether `user` can walk down to `folder`: search permission on it and on every folder above. */
export function canReach(folder: string, user: OsUser | null): boolean {
  if (user === null) return true
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (path === dirname(path)) return true
  }
}
