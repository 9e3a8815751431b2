/** What the shop sells. Prices are minor units, the same integer in each currency that a checkout charges in. */
export interface Option {
  name: string
  /** Added to the price, minor units. */
  extra: bigint
}

export interface Product {
  sku: string
  name: string
  blurb: string
  price: bigint
  /** What the options choose: "Colour", "Size". */
  choice: string
  options: [Option, ...Option[]]
}

export const PRODUCTS: readonly Product[] = [
  {
    sku: 'stoneware-mug',
    name: 'Stoneware Mug',
    blurb: 'Thrown by hand, glazed in small batches. Holds 300 ml and keeps its warmth.',
    price: 1850n,
    choice: 'Glaze',
    options: [
      { name: 'Moss', extra: 0n },
      { name: 'Chalk', extra: 0n },
      { name: 'Night blue', extra: 200n },
    ],
  },
  {
    sku: 'teapot',
    name: 'Little Teapot',
    blurb: 'Two cups, one good spout, a strainer that does not clog.',
    price: 4200n,
    choice: 'Size',
    options: [
      { name: '600 ml', extra: 0n },
      { name: '900 ml', extra: 800n },
    ],
  },
  {
    sku: 'linen-towel',
    name: 'Linen Tea Towel',
    blurb: 'European flax, washed soft. Dries glasses without a trace.',
    price: 1400n,
    choice: 'Colour',
    options: [
      { name: 'Oat', extra: 0n },
      { name: 'Clay stripe', extra: 100n },
    ],
  },
  {
    sku: 'beeswax-candles',
    name: 'Beeswax Candles',
    blurb: 'Six tapers from hedgerow hives. They burn for five hours each.',
    price: 1690n,
    choice: 'Pack',
    options: [
      { name: '6 tapers', extra: 0n },
      { name: '12 tapers', extra: 1450n },
    ],
  },
  {
    sku: 'oak-board',
    name: 'Oak Bread Board',
    blurb: 'One plank, oiled twice, with a groove for the crumbs.',
    price: 3600n,
    choice: 'Size',
    options: [
      { name: 'Small', extra: 0n },
      { name: 'Large', extra: 1200n },
    ],
  },
  {
    sku: 'wool-blanket',
    name: 'Wool Blanket',
    blurb: 'Woven from undyed lambswool, 130 by 180 centimetres.',
    price: 9800n,
    choice: 'Pattern',
    options: [
      { name: 'Herringbone', extra: 0n },
      { name: 'Window check', extra: 900n },
    ],
  },
  {
    sku: 'fern',
    name: 'Maidenhair Fern',
    blurb: 'A shade lover for the bathroom sill, in a clay pot.',
    price: 2250n,
    choice: 'Pot',
    options: [
      { name: '12 cm', extra: 0n },
      { name: '17 cm', extra: 950n },
    ],
  },
  {
    sku: 'coffee-box',
    name: 'Coffee Box',
    blurb: 'A fresh bag each month. Trial bag first; cancel whenever you like.',
    price: 1990n,
    choice: 'Grind',
    options: [
      { name: 'Whole bean', extra: 0n },
      { name: 'Filter', extra: 0n },
    ],
  },
]

export function productOf(sku: string): Product | null {
  return PRODUCTS.find((product) => product.sku === sku) ?? null
}

export function optionOf(product: Product, name: string | undefined): Option {
  return product.options.find((option) => option.name === name) ?? product.options[0]
}
