import '../../utils/words/pages.ts'
import type { FieldSource } from '../../utils/order/order.ts'
import { isWordKey, t } from '../../utils/words/words.ts'

/** Where each field was read. */
export function Sources({ sources }: { sources: readonly FieldSource[] }) {
  return (
    <div class="table-scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">{t('sources_field')}</th>
            <th scope="col">{t('sources_place')}</th>
            <th scope="col">{t('sources_sure')}</th>
          </tr>
        </thead>
        <tbody>
          {sources.map((source, index) => (
            <tr key={`${source.field}-${index}`}>
              <th scope="row">{fieldName(source.field)}</th>
              <td class="wrap">
                {t(`source_${source.source}`)}{' '}
                {source.detail !== '' && <bdi class="quiet">{source.detail}</bdi>}
              </td>
              <td class="number">{Math.round(source.confidence * 100)} %</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function fieldName(field: string): string {
  const key = `field_${field}`
  return isWordKey(key) ? t(key) : field
}
