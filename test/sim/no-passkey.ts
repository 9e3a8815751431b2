/** The simulated person has a PIN. Loading the library that checks passkeys would be a good part of every worker's start. */
export function verifyAuthenticationResponse(): never {
  throw new Error('nobody has a passkey here')
}

export function verifyRegistrationResponse(): never {
  throw new Error('nobody has a passkey here')
}
