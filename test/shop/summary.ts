/** The order as the buyer sees it at a checkout: lines, totals, address. Three kinds of markup. */
import { type Html, html } from './html.ts'
import type { MechanismName } from './mechanisms.ts'
import { picture } from './pictures.ts'
import { writerOf } from './price.ts'
import { type Quote, TRIAL_DAYS } from './quote.ts'
import type { Session } from './session.ts'

export type Style = 'table' | 'list' | 'blocks'

export function summary(priced: Quote, mechanism: MechanismName, style: Style): Html {
  return html`${lines(priced, mechanism, style)}${totals(priced, mechanism, style)}`
}

export function addressBlock(session: Session): Html {
  const { name, street, city, country } = session.address
  return html`<section class="ship-to"><h2>Ship to</h2><address>${name}<br>${street}<br>${city}<br>${country}</address></section>`
}

function lines(priced: Quote, mechanism: MechanismName, style: Style): Html {
  const write = writerOf(mechanism)
  if (style === 'table') {
    return html`<table class="lines"><thead><tr><th>Product</th><th>Qty</th><th>Amount</th></tr></thead><tbody>${priced.lines.map(
      (line) =>
        html`<tr class="line-item"><td class="line-name">${line.name} <small>${line.option}</small></td><td class="line-qty">${line.quantity}</td><td class="line-amount">${write(line.amount)}</td></tr>`,
    )}</tbody></table>`
  }
  if (style === 'list') {
    return html`<ul class="lines">${priced.lines.map(
      (line) =>
        html`<li class="cart-item">${picture(line.sku, line.name)}<span class="item-name">${line.name} (${line.option})</span> <span class="item-qty">× ${line.quantity}</span> <span class="item-price">${write(line.amount)}</span></li>`,
    )}</ul>`
  }
  return html`<div class="lines">${priced.lines.map(
    (line) =>
      html`<div class="order-line"><div class="order-line-title">${line.quantity} x ${line.name}, ${line.option}</div><div class="order-line-price">${write(line.amount)}</div></div>`,
  )}</div>`
}

function totals(priced: Quote, mechanism: MechanismName, style: Style): Html {
  const write = writerOf(mechanism)
  const delivery = priced.delivery.amount === 0n ? 'Free' : write(priced.delivery)
  const rows: [label: string, value: string, key: string][] = priced.renewal
    ? [[`Trial bag, first ${TRIAL_DAYS} days`, write(priced.total), 'subtotal']]
    : [
        ['Subtotal', write(priced.subtotal), 'subtotal'],
        ['Delivery', delivery, 'shipping'],
      ]
  const due = priced.renewal ? 'Due today' : style === 'blocks' ? 'Order total' : 'Total'
  rows.push([due, write(priced.total), 'total'])
  const vat = html`<p class="fine">Prices include VAT (${write(priced.vat)}).</p>`
  if (style === 'table') {
    return html`<table class="totals"><tbody>${rows.map(([label, value, key]) => html`<tr class="${key}"><th scope="row">${label}</th><td>${value}</td></tr>`)}</tbody></table>${vat}`
  }
  if (style === 'list') {
    return html`<dl class="totals">${rows.map(([label, value, key]) => html`<div class="${key}"><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>${vat}`
  }
  return html`<div class="totals">${rows.map(([label, value, key]) => html`<div class="totals-row ${key}"><span>${label}</span><span>${value}</span></div>`)}</div>${vat}`
}
