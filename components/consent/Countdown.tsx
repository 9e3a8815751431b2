import { t } from '../../utils/words/words.ts'
import { Icon } from '../Icon.tsx'

/** Minutes and seconds until the hold gives up. Not announced each second; its label says what it is. */
export function Countdown({ expiresAt, now }: { expiresAt: number; now: number }) {
  const left = Math.max(0, Math.ceil((expiresAt - now) / 1000))
  const clock = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`
  return (
    <span
      class={left <= 30 ? 'countdown countdown-soon' : 'countdown'}
      role="timer"
      aria-live="off"
      title={t('countdown_hint')}
      data-testid="countdown"
    >
      <Icon name="clock" />
      <span class="visually-hidden">{t('countdown_label')} </span>
      <bdi class="number">{clock}</bdi>
    </span>
  )
}
