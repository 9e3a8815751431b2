/** Hands a file to the person, by the browser's own download. */
export function saveFile(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The download has taken the data by the next turn; the address must not outlive the page.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
