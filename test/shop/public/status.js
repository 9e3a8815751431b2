// Shared by the checkouts: what the shop tells the buyer.
export const checkout = document.querySelector('.checkout')
const status = document.querySelector('.checkout .status')

export function tell(text) {
  status.textContent = text
}

export const DECLINED = 'Your card was declined. You have not been charged.'
export const UNCLEAR = 'Something went wrong. Please check for any charges before you try again.'
