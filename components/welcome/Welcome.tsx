import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../../utils/words/words.ts'
import { Icon } from '../Icon.tsx'
import './welcome.css'

/** Frame of the first run: where one is among the steps, one thing at a time. */
export function Welcome({
  step,
  heading,
  children,
}: {
  step: 1 | 2 | 3
  heading: string
  children: ComponentChildren
}) {
  const title = useRef<HTMLHeadingElement>(null)
  // Each step is announced by moving focus to its heading.
  useEffect(() => title.current?.focus(), [step])
  return (
    <div class="welcome">
      <header class="welcome-head">
        <span class="welcome-brand">
          <Icon name="shield" /> {t('app_name')}
        </span>
        <ol class="steps" aria-label={t('welcome_steps')}>
          {([1, 2, 3] as const).map((number) => (
            <li
              key={number}
              class={number <= step ? 'step step-done' : 'step'}
              aria-current={number === step ? 'step' : undefined}
            >
              <span class="visually-hidden">{t('welcome_step', { step: number, count: 3 })}</span>
            </li>
          ))}
        </ol>
      </header>
      <main class="welcome-body stack">
        <h1 ref={title} tabIndex={-1}>
          {heading}
        </h1>
        {children}
      </main>
    </div>
  )
}

/** Step 1: what it does, and what it cannot do. */
export function WhatItDoes({ onNext }: { onNext: () => void }) {
  const points = [
    ['stop', 'welcome_point_hold'],
    ['check', 'welcome_point_decide'],
    ['shield', 'welcome_point_caps'],
    ['warn', 'welcome_point_limits'],
  ] as const
  return (
    <>
      <p class="welcome-lead">{t('welcome_lead')}</p>
      <ul class="welcome-points">
        {points.map(([icon, key]) => (
          <li key={key} class="card">
            <Icon name={icon} />
            <div>
              <h2>{t(`${key}_heading`)}</h2>
              <p class="quiet">{t(`${key}_text`)}</p>
            </div>
          </li>
        ))}
      </ul>
      <div>
        <button type="button" class="button button-primary" onClick={onNext}>
          {t('welcome_next')}
        </button>
      </div>
    </>
  )
}
