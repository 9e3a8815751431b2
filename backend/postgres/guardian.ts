/**
 * A tiny process that outlives the backend by a moment: it waits on a pipe that only the backend holds open. When the
 * backend ends without a word (SIGKILL, out of memory), the pipe closes and the guardian stops PostgreSQL, so that no
 * server is left behind. An orderly end writes a line first.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import type { OsUser } from './os-user.ts'

/** The pid is stopped only while postmaster.pid still names it, so that no stranger with that number is hit. */
const SCRIPT = `trap '' INT TERM HUP
read -r line && exit 0
[ "$(head -n 1 "$1" 2>/dev/null)" = "$2" ] && kill -INT "$2"
rm -rf "$3"`

export interface Guardian {
  dismiss(): void
}

export function guard(
  postmasterPid: string,
  pid: number,
  socketFolder: string,
  user: OsUser | null,
): Guardian {
  if (process.platform === 'win32') return { dismiss() {} }
  const child: ChildProcess = spawn(
    'sh',
    ['-c', SCRIPT, 'guardian', postmasterPid, String(pid), socketFolder],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
      ...(user ?? {}),
    },
  )
  child.unref()
  child.on('error', () => {})
  child.stdin?.on('error', () => {})
  return {
    dismiss() {
      child.stdin?.end('done\n')
    },
  }
}
