/* global PUBLIC_URL */
/** amoCRM no longer lets us in: the way to let us in again. */
import { h } from 'preact';
import { Button, Callout } from '../parts.jsx';

export function Reconnect({ t, onCheck }) {
  return (
    <div class="sg-card">
      <Callout tone="bad" role="alert" title={t('cfg.reconnect.title')}>{t('cfg.reconnect.text')}</Callout>
      <div class="sg-line-actions">
        <a class="sg-btn sg-btn_primary" href={`${PUBLIC_URL}/oauth/start`} target="_blank" rel="noopener">{t('cfg.reconnect.connect')}</a>
        <Button onClick={onCheck}>{t('cfg.reconnect.check')}</Button>
      </div>
    </div>
  );
}
