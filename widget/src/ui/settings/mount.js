/** What the settings module gives: two functions that draw into an element. */
import { h, render } from 'preact';
import { Consent } from './Consent.jsx';
import { SettingsPage } from './SettingsPage.jsx';

/** Draws the settings page; gives the function that takes it away. */
function drawSettings(root, context) {
  render(h(SettingsPage, { context }), root);
  return () => render(null, root);
}

function drawConsent(root, about) {
  render(h(Consent, about), root);
}

export default { drawSettings, drawConsent };
