/** Importing this makes the words of the status in a page known. */
import { enStatus } from './en-status.ts'
import { addEnglish } from './words.ts'

addEnglish(enStatus)
