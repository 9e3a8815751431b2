import { useState } from 'preact/hooks'
import { t } from '../../utils/words/words.ts'
import './agents.css'
import { setupsFor } from './setups.ts'

interface NewTokenProps {
  url: string
  token: string
  label: string
}

/** The token, this once, and what to paste where. */
export function NewToken({ url, token, label }: NewTokenProps) {
  const [copied, setCopied] = useState<string | null>(null)
  const texts = [{ name: t('agent_token'), text: token, heading: t('agent_token') }].concat(
    setupsFor(url, token).map((setup) => ({ ...setup, heading: t('agent_setup', { agent: setup.name }) })),
  )
  async function copy(name: string, text: string) {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(name)
    } catch {
      // The text can still be selected.
    }
  }
  return (
    <section class="stack new-token" data-testid="new-token" aria-label={label}>
      <p role="status">
        <strong>
          <bdi>{label}</bdi>
        </strong>{' '}
        {t('agent_token_once')}
      </p>
      {texts.map(({ name, text, heading }) => (
        <div key={name} class="stack-tight">
          <div class="spread">
            <h3 class="small">{heading}</h3>
            <button type="button" class="button button-small" onClick={() => void copy(name, text)}>
              {copied === name ? t('agent_copied') : t('agent_copy')}
            </button>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre tabIndex={0} data-testid={name === t('agent_token') ? 'agent-token' : undefined}>
            {text}
          </pre>
        </div>
      ))}
    </section>
  )
}
