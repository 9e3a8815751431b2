/** Tells one process from a later one with the same number. */
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** When the process started, as an opaque text; null where there is no such process. */
export function processStart(pid: number): string | null {
  if (!isAlive(pid)) return null
  try {
    if (process.platform === 'linux') {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
      const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // Fields after the name, which is in parentheses and may hold spaces; start time is field 22.
      const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
      if (fields[0] === 'Z') return null
      return `${boot}:${fields[19]}`
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
  } catch {
    return null
  }
}

/** Whether `pid` is a process that works in `folder`: a postmaster changes into its data folder and stays there. */
export function worksIn(pid: number, folder: string): boolean {
  try {
    if (process.platform === 'linux') return readlinkSync(`/proc/${pid}/cwd`) === folder
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).includes(folder)
  } catch {
    return false
  }
}

/** Whether any process at all works in `folder`. */
export function someoneWorksIn(folder: string): boolean {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-axo', 'args='], { encoding: 'utf8' }).includes(`postgres -D ${folder}`)
  }
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && worksIn(Number(name), folder))
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
