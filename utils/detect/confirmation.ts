/**
 * Does a page say that an order was placed, or that a payment failed? Read from its title, its headings and its
 * address; body text mentions both on many ordinary pages. Evidence only: the background decides what it means.
 */
export interface PageReading {
  reads: 'confirmed' | 'failed'
  /** The heading or title that said so. */
  text: string
}

const CONFIRMED =
  /thank(?:s| you) for (?:your |the |shopping|placing)|(?:order|payment|purchase|booking) (?:has been |was |is |successfully )*(?:confirmed|received|placed|complete[d]?|successful|accepted)|your order (?:number|is on)|order (?:number|no\.?|#)\s*:?\s*#?\w*\d|order confirmation|payment successful|vielen dank f(?:ü|ue)r (?:ihre|deine) bestellung|bestellung (?:ist )?(?:eingegangen|best(?:ä|ae)tigt|erfolgreich)|merci pour votre commande|commande (?:a été )?(?:confirmée|enregistrée|validée)|gracias por (?:tu|su) (?:pedido|compra)|pedido (?:confirmado|realizado|recibido)|grazie per (?:il tuo|l'|il vostro) ?(?:ordine|acquisto)|ordine (?:confermato|ricevuto)|obrigad[oa] (?:por|pelo) (?:sua compra|seu pedido)|pedido (?:confirmado|recebido)|bedankt voor (?:je|uw) bestelling|bestelling (?:is )?(?:bevestigd|geplaatst|ontvangen)|dziękujemy za (?:zamówienie|zakup)|tack för din (?:beställning|order)|tak for (?:din ordre|dit køb)|takk for (?:bestillingen|kjøpet)|kiitos tilauksesta|děkujeme za objednávku|köszönjük a (?:rendelés|vásárlás)|mulțumim pentru comandă|siparişiniz (?:alındı|onaylandı|için teşekkür)|спасибо за (?:заказ|покупку)|заказ (?:№ ?\d+ )?(?:принят|оформлен|подтвержд[её]н)|дякуємо за (?:замовлення|покупку)|شكرا (?:لك )?(?:على|لطلبك)|תודה על ההזמנה|ऑर्डर (?:की पुष्टि|सफल)|ขอบคุณสำหรับการสั่งซื้อ|cảm ơn (?:bạn|quý khách) đã (?:đặt|mua)|đặt hàng thành công|terima kasih (?:atas|telah) (?:pesanan|berbelanja)|订单(?:已)?(?:提交|确认|支付)成功|支付成功|付款成功|感谢您的(?:订单|购买)|訂單(?:已)?(?:成立|確認)|ご注文(?:ありがとう|を承り|が(?:完了|確定))|注文が完了|주문이? ?(?:완료|접수)|결제가? ?완료|ευχαριστούμε για την (?:παραγγελία|αγορά)/i

const FAILED =
  /(?:payment|card|transaction|order) (?:was |has been |has |is |could not be )?(?:declined|failed|refused|rejected|not (?:be )?(?:processed|completed|successful|placed))|could(?: not|n't) (?:process|complete) your (?:payment|order)|problem with your payment|insufficient funds|zahlung (?:ist )?(?:fehlgeschlagen|abgelehnt)|paiement (?:a été )?(?:refusé|échoué)|pago (?:rechazado|fallido)|pagamento (?:rifiutato|recusado|non riuscito)|betaling (?:is )?(?:mislukt|geweigerd)|płatność (?:odrzucona|nie powiodła)|оплата (?:не прошла|отклонена)|支付失败|付款失敗|お支払い(?:が|に)失敗|결제(?:에)? ?실패/i

const CONFIRMED_PATH =
  /\/(?:checkout|order|onepage|cart|shop)s?\/(?:[^?#]*\/)?(?:success|thank-?_?you|confirmation|order-received|complete[d]?|confirmed|receipt)(?:[/?#.]|$)|\/order-confirmation|\/thank-?_?you(?:[/?#.]|$)/i

/** `headings` as they stand in the page, most important first. */
export function readPage(path: string, title: string, headings: readonly string[]): PageReading | null {
  const texts = [...headings, title].map((text) => text.trim().slice(0, 300)).filter((text) => text !== '')
  const failed = texts.find((text) => FAILED.test(text))
  if (failed !== undefined) return { reads: 'failed', text: failed }
  const confirmed = texts.find((text) => CONFIRMED.test(text))
  if (confirmed !== undefined) return { reads: 'confirmed', text: confirmed }
  return CONFIRMED_PATH.test(path) ? { reads: 'confirmed', text: texts[0] ?? '' } : null
}
