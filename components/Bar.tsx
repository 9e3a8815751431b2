import './bar.css'

interface BarProps {
  label: string
  /** The same in words, for those who do not see the bar. */
  text: string
  /** Percent of the cap, 0 to 100, as announced. */
  value: number
  /** Parts from the start, each in percent of the bar. */
  parts: readonly { kind: 'used' | 'now' | 'over'; percent: number }[]
}

/** A meter of one or more parts. Drawn with SVG attributes, so no style text is needed under our CSP. */
export function Bar({ label, text, value, parts }: BarProps) {
  let start = 0
  return (
    // biome-ignore lint/a11y/useSemanticElements: <meter> has one part; this one shows before and after.
    <div
      class="bar"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value}
      aria-valuetext={text}
    >
      <svg width="100%" height="10" aria-hidden="true">
        {parts.map(({ kind, percent }) => {
          const x = start
          start += percent
          return <rect key={kind} class={`bar-${kind}`} x={`${x}%`} width={`${percent}%`} height="10" />
        })}
      </svg>
    </div>
  )
}
