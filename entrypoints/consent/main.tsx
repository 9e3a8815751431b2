import { start } from '../shared/start.tsx'
import { Consent } from './Consent.tsx'

void start(Consent, 'consent_title')
