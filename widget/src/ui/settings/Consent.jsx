/** The installation window: short, one consent, one way on. */
import { Component, h } from 'preact';

const WHAT = ['to_server', 'to_erp', 'to_crm', 'kept', 'nobody'];

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
        <p>
          {t('consent.text')}
          {privacyUrl && <span> <a href={privacyUrl} target="_blank" rel="noopener noreferrer">{t('consent.privacy')}</a></span>}
        </p>
        <details>
          <summary>{t('consent.more')}</summary>
          <ul class="sg-list">{WHAT.map((one) => <li key={one}>{t(`consent.what.${one}`)}</li>)}</ul>
        </details>
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
