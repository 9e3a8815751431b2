import './popup.css'
import '../../utils/words/pages.ts'
import { start } from '../shared/start.tsx'
import { Popup } from './Popup.tsx'

void start(Popup, 'app_name')
