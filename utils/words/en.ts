/**
 * Every sentence that a person (or, in a page's status, an agent) reads, in English. The other languages are
 * `public/words/<locale>.json` with the same keys and placeholders; a test compares them.
 *
 * `{name}` is replaced by a value; `{count, plural, one {# try} other {# tries}}` picks by the language's own rule.
 */
export const en = {
  app_name: 'Consent Guard',

  // Status inside the page: read by agents first, by people too. Says what happened, what is safe, what to do.
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

  // Why an attempt ended or waits (`Reason`). In the page and in the history.
  reason_not_activated:
    'Consent Guard is installed but not switched on yet, so every payment is refused. Nothing was paid. Open Consent ' +
    'Guard from the toolbar, choose a passkey or a PIN, and switch it on.',
  reason_guard_off:
    'Consent Guard is switched off, so every payment is refused. Nothing was paid. Switch it on from the toolbar.',
  reason_rejected_by_person: 'Payment rejected by the user. Nothing was paid. Do not retry.',
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
  reason_internal_error:
    'Consent Guard had an error of its own, so the payment was not sent. Nothing was paid. The user can find details in the dashboard.',

  // Why a command did nothing (`FailureCode`).
  error_not_ours: 'This can only be done from Consent Guard’s own windows.',
  error_malformed: 'Something in that request could not be read. Nothing was changed.',
  error_not_activated: 'Consent Guard is not switched on yet. Open the welcome page to set it up.',
  error_already_activated: 'Consent Guard is already switched on. Nothing was changed.',
  error_weak_pin: 'Choose a PIN of at least 6 characters that is not a simple row like 123456.',
  error_factor_missing: 'Your PIN or passkey is needed for this.',
  error_factor_wrong: 'That was not right. Nothing was approved.',
  error_factor_locked: 'Too many wrong tries. Wait before you try again; the payment stays held.',
  error_attempt_rejected_after_tries: 'Too many wrong tries. This payment was rejected and nothing was paid.',
  error_unknown_attempt: 'This payment is no longer known. Nothing was paid through it.',
  error_not_waiting: 'This payment is no longer waiting for an answer.',
  error_digest_mismatch:
    'The order is not the one you were looking at. Nothing was approved; please look again.',
  error_order_changed: 'The order changed while you decided. Nothing was approved; please look again.',
  error_unknown_total: 'The total is unknown, so this cannot be approved.',
  error_cap_exceeded:
    'This order is above one of your caps. Nothing was approved. You can change the cap first.',
  error_expired: 'The time to answer has run out. Nothing was paid.',
  error_page_gone: 'The page that wanted to pay is gone. Nothing was paid.',
  error_backend_unreachable: 'The payments backend cannot be reached. Nothing was changed. Try again later.',
  error_backend_refused: 'The payments backend said no. Nothing was changed.',
  error_storage_failed:
    'It could not be written to this computer, so nothing was done. Free some disk space and try again.',
  error_internal_error: 'Consent Guard had an error of its own. Nothing was approved.',

  // Why we think an agent or a person asked (`Actor.reasons`).
  actor_agent: 'Probably an AI agent',
  actor_person: 'Probably you',
  actor_unknown: 'Not clear who',
  actor_no_press: 'Nobody pressed anything: a script started it.',
  actor_agent_invoked: 'The page says an agent called it.',
  actor_webdriver: 'This browser is being driven by a program.',
  actor_script_press: 'The press was made by a script, not by mouse or finger.',
  actor_keyboard: 'It was done with the keyboard, which people and agents both use.',
  actor_no_pointer_path: 'The pointer jumped to the button without moving there.',
  actor_pointer_path: 'The pointer moved to the button as a hand moves it.',
  actor_declared: 'An agent asked for it by name.',

  // Things to know about an order (`Note.id`).
  note_total_unknown: 'The total could not be read. It is not zero: it is unknown.',
  note_total_unsure: 'The total was read, but not from a place that is always right.',
  note_total_disagrees: 'The page shows {shown}, but its data says {other}.',
  note_sources_disagree: 'Places on this page disagree: {values}.',
  note_sum_disagrees: 'The lines add up to {sum}, but the total says {total}.',
  note_currency_unknown: 'The currency could not be read.',
  note_currency_guessed: 'The currency is a guess: the sign {sign} is used for more than one.',
  note_items_unknown: 'What would be bought could not be read.',
  note_hidden_amount: 'The page holds an amount that it does not show: {amount}.',
  note_no_merchant: 'The page does not name the merchant.',
  note_insecure: 'This page is not encrypted. Others on the network can change what it says.',
  note_foreign_processor: 'The payment goes to {processor}, not to {site}.',
  note_lookalike: '{site} looks like {other} but is a different site.',
  note_first_time: 'You have not bought from {site} through Consent Guard before.',
  note_recurring: 'This is not a single payment: it renews.',
  note_trial: 'It is free for {days} days and then costs {amount}.',
  note_large: 'This is much more than you usually spend here ({usual}).',
  note_cap_exceeded: 'This is {excess} above your cap of {limit}.',
  note_negative_total: 'The total is negative.',
  note_repeat: 'The same order was already sent {when}.',
  note_tip_added: 'A tip of {amount} was already added.',
  note_many_attempts: 'This site has tried to take {count} payments in a short time.',
  note_rule_failed: 'A safety check could not be carried out ({rule}).',
  note_total_changed: 'The total was {from}, now it is {to}.',
  note_currency_changed: 'The currency was {from}, now it is {to}.',
  note_merchant_changed: 'The merchant was {from}, now it is {to}.',
  note_payee_changed: 'The payment went to {from}, now it goes to {to}.',
  note_address_changed: 'The delivery address is a different one: it was {from}, now it is {to}.',
  note_recurrence_changed: 'How often it is charged has changed: it was {from}, now it is {to}.',
  note_items_changed: 'What would be bought has changed.',
  note_method_changed: 'The payment method was {from}, now it is {to}.',
  note_unnamed: 'Something needs your attention ({id}).',
} as const
