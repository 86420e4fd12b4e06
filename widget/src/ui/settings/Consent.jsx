/** The installation window: short, one consent, one way on. */
import { Component, h } from 'preact';

export class Consent extends Component {
  constructor(props) {
    super(props);
    this.state = { agreed: props.agreed };
  }

  change(agreed) {
    this.setState({ agreed });
    this.props.onChange(agreed);
  }

  render({ t, installed, settingsUrl, privacyUrl }, { agreed }) {
    return (
      <div class="sg-consent">
        <p>{t('consent.text')} <a href={privacyUrl} target="_blank" rel="noopener noreferrer">{t('consent.privacy')}</a></p>
        <label class="sg-check">
          <input type="checkbox" checked={agreed} onChange={(event) => this.change(event.currentTarget.checked)} />
          <span>{t('consent.agree')}</span>
        </label>
        <p class="sg-help">{t('consent.next')}</p>
        {installed && <a class="sg-btn sg-btn_plain" href={settingsUrl}>{t('consent.open')}</a>}
      </div>
    );
  }
}
