/**
 * A client that costs as little as an HTTP client can, because it shares its two cores with what it measures: whole
 * requests as bytes made beforehand, one at a time on each kept connection, of the answer only status and length read.
 */
import { connect, type Socket } from 'node:net'

export interface Client {
  /** Status of the answer; 0 where none came. Waits for a connection where all are busy. */
  send(request: Buffer): Promise<number>
  close(): void
}

export function requestBytes(path: string, headers: Record<string, string>, body: string): Buffer {
  const lines = Object.entries({ host: '127.0.0.1', ...headers, 'content-length': Buffer.byteLength(body) })
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  )
}

export function openClient(url: string, most: number): Client {
  const { hostname, port } = new URL(url)
  const idle: Connection[] = []
  const waiting: ((connection: Connection) => void)[] = []
  let open = 0

  function free(connection: Connection): void {
    const next = waiting.shift()
    if (next === undefined) idle.push(connection)
    else next(connection)
  }

  function take(): Promise<Connection> {
    const ready = idle.pop()
    if (ready !== undefined) return Promise.resolve(ready)
    if (open < most) {
      open++
      return Promise.resolve(
        newConnection(() => connect({ host: hostname, port: Number(port), noDelay: true })),
      )
    }
    return new Promise((resolve) => waiting.push(resolve))
  }

  return {
    async send(request) {
      const connection = await take()
      const status = await connection.ask(request)
      free(connection)
      return status
    },
    close() {
      for (const connection of idle) connection.end()
    },
  }
}

interface Connection {
  ask(request: Buffer): Promise<number>
  end(): void
}

function newConnection(dial: () => Socket): Connection {
  let socket: Socket | null = null
  let answered: ((status: number) => void) | null = null
  let text = ''

  function finish(status: number): void {
    const done = answered
    answered = null
    text = ''
    done?.(status)
  }

  function read(chunk: Buffer): void {
    text += chunk.toString('latin1')
    const body = text.indexOf('\r\n\r\n') + 4
    if (body < 4) return
    const length = /\r\ncontent-length: (\d+)/i.exec(text)?.[1]
    if (length === undefined || text.length >= body + Number(length)) finish(Number(text.slice(9, 12)))
  }

  return {
    ask(request) {
      if (socket === null) {
        const fresh = dial()
        const lost = () => {
          if (socket === fresh) socket = null
          finish(0)
        }
        socket = fresh.on('data', read).on('close', lost).on('error', lost)
      }
      const asked = socket
      return new Promise((resolve) => {
        answered = resolve
        asked.write(request)
      })
    },
    end() {
      socket?.destroy()
    },
  }
}
