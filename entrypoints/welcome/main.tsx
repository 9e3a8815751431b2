import '../../utils/words/pages.ts'
import { start } from '../shared/start.tsx'
import { WelcomePage } from './WelcomePage.tsx'

void start(WelcomePage, 'welcome_title')
