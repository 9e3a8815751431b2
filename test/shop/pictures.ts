/** Product pictures, drawn: the shop asks no other server for anything. */
import { Html } from './html.ts'

const SHAPES: Record<string, string> = {
  'stoneware-mug':
    '<path d="M60 70h70v60a22 22 0 0 1-22 22H82a22 22 0 0 1-22-22z" fill="#5d7158"/><path d="M130 84h10a16 16 0 0 1 0 36h-10" fill="none" stroke="#5d7158" stroke-width="10"/><ellipse cx="95" cy="70" rx="35" ry="8" fill="#40503d"/>',
  teapot:
    '<ellipse cx="100" cy="115" rx="48" ry="38" fill="#b0643f"/><path d="M146 104c18-4 18-22 28-24M54 96c-30-6-32 40-2 38" fill="none" stroke="#b0643f" stroke-width="10" stroke-linecap="round"/><path d="M74 80h52l-8-10H82z" fill="#8d4c2e"/><circle cx="100" cy="64" r="7" fill="#8d4c2e"/>',
  'linen-towel':
    '<path d="M62 48h76v104H62z" fill="#d9c9a9"/><path d="M62 124h76M62 134h76" stroke="#a8583c" stroke-width="4"/><path d="M76 48v104M124 48v104" stroke="#c9b68f" stroke-width="2"/>',
  'beeswax-candles':
    '<g fill="#e0a93b"><path d="M66 74h14v80H66z"/><path d="M93 60h14v94H93z"/><path d="M120 74h14v80h-14z"/></g><g fill="#e8682c"><path d="M73 50c7 10 6 18 0 20-6-2-7-10 0-20z"/><path d="M100 36c7 10 6 18 0 20-6-2-7-10 0-20z"/><path d="M127 50c7 10 6 18 0 20-6-2-7-10 0-20z"/></g>',
  'oak-board':
    '<rect x="48" y="66" width="88" height="78" rx="12" fill="#b98a55"/><rect x="132" y="94" width="34" height="22" rx="10" fill="#b98a55"/><circle cx="154" cy="105" r="5" fill="#f4efe6"/><path d="M60 84h64M60 104h60M60 124h64" stroke="#9a6f3f" stroke-width="3"/>',
  'wool-blanket':
    '<path d="M50 70h100v72H50z" fill="#8c8f8a"/><path d="M50 92h100M50 116h100M76 70v72M124 70v72" stroke="#e8e3d8" stroke-width="5"/><path d="M50 142v10m12-10v10m12-10v10m12-10v10m12-10v10m12-10v10m12-10v10m12-10v10m12-10v10" stroke="#8c8f8a" stroke-width="4"/>',
  fern: '<path d="M74 118h52l-8 38H82z" fill="#b5653f"/><g fill="none" stroke="#4d7a45" stroke-width="6" stroke-linecap="round"><path d="M100 118c0-30 4-52 26-66M100 118c-4-28-12-44-34-52M100 118c8-24 24-32 46-34M100 118c-8-18-24-26-44-24"/></g>',
  'coffee-box':
    '<path d="M66 56h68v98H66z" fill="#4b3527"/><path d="M66 56l10-14h48l10 14z" fill="#36251a"/><circle cx="100" cy="106" r="22" fill="#e7dcc8"/><path d="M100 88c-10 12 10 24 0 36" stroke="#4b3527" stroke-width="4" fill="none"/>',
}

export function picture(sku: string, name: string): Html {
  return new Html(
    `<svg class="photo" viewBox="0 0 200 200" role="img" aria-label="${name}"><rect width="200" height="200" fill="#f4efe6"/><ellipse cx="100" cy="160" rx="62" ry="9" fill="#e2d9c8"/>${SHAPES[sku] ?? ''}</svg>`,
  )
}
