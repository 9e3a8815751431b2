import type { FailureCode } from '../../utils/messages/page.ts'
import { failureText } from '../../utils/words/speak.ts'
import { t } from '../../utils/words/words.ts'

/** A command that did nothing, as the background answered it. */
export interface Failure {
  code: FailureCode
  triesLeft?: number | undefined
}

export function failureSentence({ code, triesLeft }: Failure): string {
  const text = failureText(code)
  return triesLeft === undefined ? text : `${text} ${t('tries_left', { count: triesLeft })}`
}

/** Failures that are about the factor and belong beside its field. */
export function isFactorFailure(code: FailureCode): boolean {
  return ['factor_missing', 'factor_wrong', 'factor_locked', 'weak_pin'].includes(code)
}
