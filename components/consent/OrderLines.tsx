import type { Order } from '../../utils/order/order.ts'
import { t } from '../../utils/words/words.ts'
import { Amount } from '../Amount.tsx'

/** Lines shown before the rest is folded away; a list of 500 must not push the facts out of reach. */
const FIRST = 6

/** What would be bought: items, then totals by kind. */
export function OrderLines({ order }: { order: Order }) {
  const [first, rest] = [order.items.slice(0, FIRST), order.items.slice(FIRST)]
  return (
    <section class="card stack" aria-labelledby="items-heading">
      <h2 id="items-heading">{t('items_heading')}</h2>
      {order.items.length === 0 ? (
        <p class="quiet">{t('items_unknown')}</p>
      ) : (
        <ul class="lines">{first.map(itemLine)}</ul>
      )}
      {rest.length > 0 && (
        <details>
          <summary>{t('items_more', { count: rest.length })}</summary>
          <ul class="lines">{rest.map(itemLine)}</ul>
        </details>
      )}
      {order.totals.length > 0 && (
        <dl class="lines totals">
          {order.totals.map((line, index) => (
            <div class="line" key={`${line.type}-${index}`}>
              <dt class="quiet wrap">
                {t(`total_${line.type}`)}
                {line.label !== '' && line.label.toLowerCase() !== t(`total_${line.type}`).toLowerCase() && (
                  <>
                    {' '}
                    <bdi class="small">({line.label})</bdi>
                  </>
                )}
              </dt>
              <dd>
                <Amount value={line.amount} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <p class="line line-total">
        <span>{t('total_label')}</span>
        <Amount value={order.total} />
      </p>
    </section>
  )
}

function itemLine(item: Order['items'][number], index: number) {
  return (
    <li class="line" key={`${index}-${item.name}`}>
      <span class="wrap">
        {item.quantity !== 1 && <span class="number quantity">{item.quantity} × </span>}
        <bdi>{item.name === '' ? t('item_unnamed') : item.name}</bdi>
      </span>
      <Amount value={item.amount} />
    </li>
  )
}
