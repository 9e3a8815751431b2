import { t } from '../../utils/words/words.ts'
import { Icon } from '../Icon.tsx'

const GUARDED = ['protects_pages', 'protects_agents', 'protects_outage'] as const
const OPEN = ['unprotected_elsewhere', 'unprotected_later', 'unprotected_machine'] as const

/** What is protected and what is not, said where trust begins. The long form is docs/threat-model.md. */
export function Protects() {
  return (
    <div class="welcome-points">
      <section class="card stack-tight" aria-labelledby="protects-heading">
        <h2 id="protects-heading">{t('protects_heading')}</h2>
        <ul class="protects stack-tight">
          {GUARDED.map((key) => (
            <li key={key}>
              <Icon name="check" /> <span>{t(key)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card stack-tight" aria-labelledby="unprotected-heading">
        <h2 id="unprotected-heading">{t('unprotected_heading')}</h2>
        <ul class="protects unprotected stack-tight">
          {OPEN.map((key) => (
            <li key={key}>
              <Icon name="warn" /> <span>{t(key)}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  )
}
