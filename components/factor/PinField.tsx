import type { RefObject } from 'preact'
import { useId } from 'preact/hooks'
import { t } from '../../utils/words/words.ts'

interface PinFieldProps {
  value: string
  onInput: (pin: string) => void
  /** Enter in this field. */
  onEnter?: (() => void) | undefined
  label?: string | undefined
  /** Sentence about what was wrong, announced with the field. */
  error?: string | null | undefined
  disabled?: boolean | undefined
  isNew?: boolean | undefined
  testId?: string | undefined
  inputRef?: RefObject<HTMLInputElement | null> | undefined
}

/** The PIN never leaves this field but in the one command that it proves; it is not remembered by the browser. */
export function PinField({
  value,
  onInput,
  onEnter,
  label,
  error,
  disabled = false,
  isNew = false,
  testId = 'pin',
  inputRef,
}: PinFieldProps) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label ?? t('pin_label')}</label>
      <input
        id={id}
        ref={inputRef ?? null}
        type="password"
        autocomplete={isNew ? 'new-password' : 'off'}
        autocapitalize="off"
        spellcheck={false}
        maxLength={128}
        value={value}
        disabled={disabled}
        aria-invalid={error ? 'true' : 'false'}
        aria-describedby={error ? `${id}-error` : undefined}
        data-testid={testId}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          if (!event.repeat && !event.isComposing) onEnter?.()
        }}
      />
      {error && (
        <p class="alert" id={`${id}-error`} role="alert" data-testid="pin-error">
          {error}
        </p>
      )}
    </div>
  )
}
