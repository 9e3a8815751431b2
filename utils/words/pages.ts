/** Importing this makes the words of popup, dashboard and welcome known. */
import './status.ts'
import { enPages } from './en-pages.ts'
import { addEnglish } from './words.ts'

addEnglish(enPages)
