import { t } from '../../utils/words/words.ts'
import './consent.css'
import { QueueBar } from './QueueBar.tsx'

/**
 * The frame of the consent view while the order is still being read: what will stay when the order comes is at its place
 * already, so that nothing jumps under the pointer.
 */
export function Reading({ site }: { site: string }) {
  return (
    <div class="consent" data-testid="consent-reading">
      <QueueBar
        queue={{ index: 0, count: 1 }}
        expiresAt={null}
        now={0}
        onPrevious={nothing}
        onNext={nothing}
        onRejectAll={nothing}
      />
      <main class="consent-body">
        <h1>{t('empty_reading_heading')}</h1>
        <section class="order-head" aria-label={t('order_head_label')} aria-busy="true">
          {site !== '' && (
            <p class="payee">
              <bdi class="payee-name wrap">{site}</bdi>
            </p>
          )}
          <p class="quiet">{t('empty_reading_text')}</p>
        </section>
      </main>
    </div>
  )
}

function nothing(): void {}
