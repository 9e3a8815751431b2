import './popup.css'
import { start } from '../shared/start.tsx'
import { Popup } from './Popup.tsx'

void start(Popup, 'app_name')
