/** Only what is used of the punycode package, by the name that is not Node's own module. */
declare module 'punycode/punycode.js' {
  const punycode: { toUnicode(host: string): string }
  export default punycode
}
