/** What the settings module gives: the page for administrators and the installation window. */
import { drawConsent } from './consent.js';
import { openSettings } from './page.js';

export default { drawConsent, openSettings };
