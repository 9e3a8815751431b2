import './dashboard.css'
import '../../utils/words/pages.ts'
import { start } from '../shared/start.tsx'
import { Dashboard } from './Dashboard.tsx'

void start(Dashboard, 'dashboard_title')
