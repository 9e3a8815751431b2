import { describe, expect, it } from 'vitest'
import { actorOf } from '../../utils/attempt/actor.ts'
import { type Evidence, judge } from '../../utils/forward/judge.ts'

const response = (status: number): Evidence => ({ kind: 'response', status })
const page = (reads: 'confirmed' | 'failed', controlGone = false): Evidence => ({
  kind: 'page',
  reads,
  controlGone,
})

describe('what came of a released payment', () => {
  it('a confirmation settles at once', () => {
    expect(judge([page('confirmed')], false)).toBe('settled')
    expect(judge([response(200), page('confirmed')], false)).toBe('settled')
  })

  it('waits while nothing is clear, and silence is unknown, never failed', () => {
    expect(judge([], false)).toBe('wait')
    expect(judge([response(200)], false)).toBe('wait')
    expect(judge([], true)).toBe('unknown')
  })

  it('a server error is not a failure: money may have moved', () => {
    expect(judge([response(502)], true)).toBe('unknown')
    expect(judge([response(200), response(500)], true)).toBe('unknown')
  })

  it('the last answer counts: tokenised, then declined, is declined', () => {
    expect(judge([response(200), response(402)], true)).toBe('failed')
    expect(judge([response(402), page('failed')], false)).toBe('failed')
    expect(judge([response(200)], true)).toBe('settled')
  })

  it('the edges of refusal are 400 and 499, those of success 200 and 399', () => {
    const ends = (status: number) => judge([response(status)], true)
    expect([ends(400), ends(499)]).toEqual(['failed', 'failed'])
    expect([ends(200), ends(399)]).toEqual(['settled', 'settled'])
    // A request that never got an answer has status 0.
    expect([ends(0), ends(199), ends(500)]).toEqual(['unknown', 'unknown', 'unknown'])
    // While the page may still say more, a refusal alone is not the end: the card may be tried again.
    expect(judge([response(402)], false)).toBe('wait')
    expect(judge([response(500), page('failed')], false)).toBe('wait')
    expect(judge([response(200), page('failed')], true)).toBe('unknown')
  })

  it('a vanished control means that the press never happened', () => {
    expect(judge([page('failed', true)], false)).toBe('failed')
  })

  it('an error page without a refusal by the shop stays unknown', () => {
    expect(judge([page('failed')], true)).toBe('unknown')
  })
})

describe('who pressed', () => {
  const person = {
    trusted: true,
    pointerMoves: 12,
    pressure: 0.5,
    webdriver: false,
    agentInvoked: false,
    keyboard: false,
  }

  it('names the reasons, and never claims to know without one', () => {
    expect(actorOf(person)).toEqual({ kind: 'person', reasons: ['pointer_path'] })
    expect(actorOf({ ...person, webdriver: true })).toMatchObject({ kind: 'agent', reasons: ['webdriver'] })
    expect(actorOf({ ...person, trusted: false })).toMatchObject({ kind: 'agent', reasons: ['script_press'] })
    expect(actorOf({ ...person, agentInvoked: true, webdriver: true }).reasons).toEqual([
      'agent_invoked',
      'webdriver',
    ])
    expect(actorOf({ ...person, pointerMoves: 1 })).toMatchObject({ kind: 'agent' })
    expect(actorOf({ ...person, keyboard: true })).toMatchObject({ kind: 'unknown' })
    expect(actorOf(null)).toMatchObject({ kind: 'unknown' })
  })
})
