/** A line between two programs that can be held up: what comes meanwhile waits, nothing is lost, nothing is answered. */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

export interface Throttle {
  /** Where to connect instead. */
  url: string
  /** Port on this machine that it leads to; until it is known nothing is connected. */
  leadTo(port: number): void
  hold(): void
  go(): void
  close(): Promise<void>
}

export async function startThrottle(): Promise<Throttle> {
  const near = new Set<Socket>()
  let held = false
  let target = 0
  const server = createServer((socket) => {
    const far = connect(target, '127.0.0.1')
    near.add(socket)
    if (held) socket.pause()
    socket.on('data', (chunk) => far.write(chunk))
    far.on('data', (chunk) => socket.write(chunk))
    for (const [one, other] of [
      [socket, far],
      [far, socket],
    ] as const) {
      one.on('error', () => other.destroy())
      one.on('close', () => {
        near.delete(socket)
        other.end()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    leadTo(port) {
      target = port
    },
    hold() {
      held = true
      for (const socket of near) socket.pause()
    },
    go() {
      held = false
      for (const socket of near) socket.resume()
    },
    close() {
      for (const socket of near) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
