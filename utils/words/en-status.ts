/**
 * Status inside the page: read by agents first, by people too. Says what happened, what is safe, what to do. Apart from
 * `en.ts`, because the consent window needs none of it before its first paint (`status.ts`).
 */
export const enStatus = {
  status_held_heading: 'Payment held: waiting for the person to decide',
  status_held_text:
    'Consent Guard stopped this payment before it was sent. Nothing has been ordered or paid. The person is being ' +
    'asked in the Consent Guard window. Please wait; do not press again and do not look for another way to pay.',
  status_held_cancel: 'Withdraw this payment',
  status_held_title: '⏸ Payment held',
  status_released_heading: 'Payment approved: being sent now',
  status_released_text:
    'The person approved exactly this order and the payment is on its way. Do not press again; wait for the shop to answer.',
  status_released_title: '▶ Payment approved',
  status_settled_heading: 'Payment completed',
  status_settled_text: 'The shop confirmed the order. It was sent once and is recorded in Consent Guard.',
  status_settled_title: '✓ Payment completed',
  status_press_again_heading: 'Approved: press the pay button once more',
  status_press_again_text:
    'The person approved this order, but the page changed and the press could not be repeated for you. Press the same ' +
    'pay button once more within a minute; it will not be asked again.',
  status_press_again_title: '▶ Press pay again',
  status_refused_heading: 'Payment stopped',
  status_refused_title: '✕ Payment stopped',
  status_failed_heading: 'The payment did not go through',
  status_failed_title: '✕ Payment failed',
  status_unknown_heading: 'The shop has not answered yet',
  status_unknown_title: '? Payment unclear',
  status_say: '{text} The user says: “{message}”',
  status_myself_heading: 'Let through: you are buying this yourself',
  status_myself_text:
    'The user said that they are buying here themselves for some minutes, so nothing was held or asked.',
  status_myself_title: '▶ You are buying',

  // Why an attempt ended or waits (`Reason`). In the page, in the history and when it is over.
  reason_not_activated:
    'Consent Guard is installed but not switched on yet, so every payment is refused. Nothing was paid. Open Consent ' +
    'Guard from the toolbar, choose a passkey or a PIN, and switch it on.',
  reason_guard_off:
    'Consent Guard is switched off, so every payment is refused. Nothing was paid. Switch it on from the toolbar.',
  reason_rejected_by_person: 'Payment rejected by the user. Nothing was paid. Do not retry.',
  reason_change_requested:
    'The user did not approve this order and asked for a change. Nothing was paid. Change the order and then try again.',
  reason_page_ignored:
    'The user has asked not to be asked by this page again, so the payment was refused. Nothing was paid. Do not retry; only the user can lift this by reloading the page.',
  reason_consent_closed:
    'The user closed the consent window without approving. Nothing was paid. Do not retry unless the user asks.',
  reason_expired:
    'Nobody answered in time, so the payment was not sent. Nothing was paid. Ask the user before trying again.',
  reason_withdrawn: 'The payment was withdrawn before anyone approved it. Nothing was paid.',
  reason_page_gone:
    'The page that wanted to pay was left or reloaded, so the payment was not sent. Nothing was paid.',
  reason_browser_closed:
    'The browser was closed while the payment was waiting, so it was not sent. Nothing was paid.',
  reason_pin_locked:
    'The PIN was wrong too many times, so the payment was rejected. Nothing was paid. Do not retry; the user must wait.',
  reason_backend_unreachable:
    'The payments backend could not be reached, so the payment was not sent. Nothing was paid. Try again later.',
  reason_backend_refused: 'The payments backend refused this payment. Nothing was paid. Do not retry.',
  reason_cap_exceeded:
    'This order is above a spending cap that the user has set. Nothing was paid. Only the user can change the cap.',
  reason_order_changed:
    'The order changed after it was approved, so the payment was not sent. Nothing was paid. It must be approved again.',
  reason_unreadable:
    'Consent Guard could not read what would be bought, so the payment was not sent. Nothing was paid.',
  reason_shop_confirmed: 'The shop confirmed the order.',
  reason_shop_failed: 'The shop answered that the payment failed. Check the shop before trying again.',
  reason_no_answer:
    'The payment was sent once, but the shop has not said whether it went through. Check the shop before trying again.',
  reason_person_paid: 'You said that it was paid.',
  reason_person_not_paid: 'You said that it was not paid.',
  reason_backend_told: 'The payments backend said what came of it.',
  reason_internal_error:
    'Consent Guard had an error of its own, so the payment was not sent. Nothing was paid. The user can find details in the dashboard.',
  reason_site_blocked:
    'The user has blocked payments at this site. Nothing was paid. Do not retry; only the user can lift this.',
  reason_new_site:
    'The user lets only sites with a cap of their own ask for payments, and this one has none. Nothing was paid. Do not retry; ask the user to set a cap for this site.',
  reason_decided_elsewhere: 'You decided on this payment on another device.',
  reason_backend_settled: 'The payments backend has paid it.',
  reason_charge_failed: 'The payment service declined it. Nothing was paid.',
} as const
